/* SPDX-License-Identifier: MIT */
/*
 * Files with secrets: where they are, and that nobody else may read them. A name without a slash is that of a credential
 * of the unit (LoadCredential= of systemd.exec(5)), where it has any: a file in $CREDENTIALS_DIRECTORY.
 */
#ifndef GYMSTATION_SECRET_H
#define GYMSTATION_SECRET_H

#include <stdbool.h>
#include <stdio.h>

/* The file's path into ret; true when it is a credential. */
bool secret_path(const char *name, char *ret, size_t size);

/* Opens it for reading, the caller's to fclose(). NULL with path and reason in ret_why where it cannot be, or others may. */
FILE *secret_open(const char *name, char *ret_why, size_t size);

#endif
