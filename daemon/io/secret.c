/* SPDX-License-Identifier: MIT */
/* Files with secrets; see gymstation/secret.h. */
#include "gymstation/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 512

bool secret_path(const char *name, char *ret, size_t size)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    bool credential = dir && name[0] != '\0' && strchr(name, '/') == NULL;

    snprintf(ret, size, "%s%s%s", credential ? dir : "", credential ? "/" : "", name);
    return credential;
}

static bool is_credential(const char *path)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    size_t n = dir ? strlen(dir) : 0;

    return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/';
}

/* systemd's copies are readable by the unit's user through an ACL, which shows in the mode as the group's bits. */
FILE *secret_open(const char *name, char *ret_why, size_t size)
{
    char path[PATH_SIZE];
    mode_t others;
    struct stat st;
    FILE *file;

    secret_path(name, path, sizeof(path));
    others = is_credential(path) ? S_IRWXO : S_IRWXG | S_IRWXO;
    file = fopen(path, "re");
    if (file == NULL || fstat(fileno(file), &st) < 0)
        snprintf(ret_why, size, "%s: %s", path, strerror(errno));
    else if (st.st_mode & others)
        snprintf(ret_why, size, "%s: others than its owner may read it (mode %04o); chmod 0600 it, then start again",
                 path, (unsigned)st.st_mode & 07777);
    else
        return file;
    if (file)
        fclose(file);
    return NULL;
}
