/* SPDX-License-Identifier: MIT */
/* An exercise file, alone in a directory: taken, or refused with one sentence. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char dir[] = "/tmp/gymstation-fuzz-XXXXXX", file[sizeof(dir) + 8];

static void remove_all(void)
{
    unlink(file);
    rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exercise_set *set = NULL;
    char err[EXERCISE_ERR_LEN] = "";

    if (file[0] == '\0') {
        PROMISE(mkdtemp(dir) != NULL);
        snprintf(file, sizeof(file), "%s/x.conf", dir);
        atexit(remove_all);
    }
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    int r = exercise_dir_load(dir, &set, err, sizeof(err));
    PROMISE(r == 0 ? set != NULL && set->count == 1 : set == NULL && err[0] != '\0');
    exercise_set_free(set);
    return 0;
}
