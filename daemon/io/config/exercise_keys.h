/* SPDX-License-Identifier: MIT */
/* One exercise from its file. */
#ifndef GYMSTATION_IO_EXERCISE_KEYS_H
#define GYMSTATION_IO_EXERCISE_KEYS_H

#include "gymstation/exercise_file.h"

/* 0, or a negative errno with one line in err. What *ret_info then holds is still for exercise_info_free(). */
int exercise_read(const char *file, struct exercise *ret, struct exercise_info *ret_info, char *err, size_t err_len);
void exercise_info_free(struct exercise_info *info);

#endif
