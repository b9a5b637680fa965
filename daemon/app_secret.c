/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/app.h"

int app_read_password(const char *key, const char *path, char *ret, size_t size)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    int r = 1;

    if (file == NULL || fstat(fileno(file), &st) < 0)
        app_say("%s: %s: %s", key, path, strerror(errno));
    else if (st.st_mode & S_IROTH)
        app_say("%s: %s: everybody may read it; chmod 0640 or less, then start again", key, path);
    else if (fgets(ret, (int)size, file) == NULL || ret[0] == '\n')
        app_say("%s: %s: the first line is empty; it has to be the password", key, path);
    else
        r = 0;
    ret[strcspn(ret, "\n")] = 0;
    if (file)
        fclose(file);
    return r;
}
