/* SPDX-License-Identifier: MIT */
/* One directory of exercises into one table; see gymstation/exercise_file.h. A single file is exercise_keys.c's. */
#include "gymstation/exercise_file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/io/config/exercise_keys.h"

#define SUFFIX ".conf"

/* build/PRESET/PROGRAM is two below the source tree; build/PRESET/tests/PROGRAM three. */
#define LEVELS_UP 4

#ifndef GYMSTATION_DATADIR
#define GYMSTATION_DATADIR "/usr/share/gymstation"
#endif

int exercise_find(const struct exercise *exercises, int count, const char *id)
{
    for (int i = 0; i < count; i++)
        if (strcmp(exercises[i].id, id) == 0)
            return i;
    return -1;
}

int exercise_variation_find(const struct exercise *exercise, const char *id)
{
    for (int i = 0; i < exercise->variation_count; i++)
        if (strcmp(exercise->variations[i].id, id) == 0)
            return i;
    return -1;
}

const struct exercise_text *exercise_text_find(const struct exercise_info *info, const char *lang)
{
    const struct exercise_text *english = &info->texts[0];

    for (int i = 0; i < info->text_count; i++) {
        if (strcmp(info->texts[i].lang, lang) == 0)
            return &info->texts[i];
        if (strcmp(info->texts[i].lang, "en") == 0)
            english = &info->texts[i];
    }
    return english;
}

void exercise_set_free(struct exercise_set *set)
{
    if (!set)
        return;
    for (int i = 0; i < EXERCISE_MAX; i++)
        exercise_info_free(&set->info[i]);
    free(set);
}

static int is_exercise(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name), suffix = strlen(SUFFIX);

    return entry->d_name[0] != '.' && n > suffix && strcmp(entry->d_name + n - suffix, SUFFIX) == 0;
}

/* By bytes, not by locale: the order is that of the table everywhere. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The file's name is the exercise's: what a prescription names can be found, and cannot be there twice. */
static int check_name(const char *file, const char *name, const char *id, char *err, size_t err_len)
{
    size_t n = strlen(name) - strlen(SUFFIX);

    if (strlen(id) == n && strncmp(id, name, n) == 0)
        return 0;
    snprintf(err, err_len, "%s: id: \"%s\" is not the file's name", file, id);
    return -EINVAL;
}

static int load_one(const char *dir, const char *name, struct exercise_set *set, char *err, size_t err_len)
{
    char file[PATH_MAX];
    int i = set->count;

    if (snprintf(file, sizeof(file), "%s/%s", dir, name) >= (int)sizeof(file)) {
        snprintf(err, err_len, "%s: the path is too long", dir);
        return -ENAMETOOLONG;
    }
    if (i >= EXERCISE_MAX) {
        snprintf(err, err_len, "%s: there are more than %d exercises", dir, EXERCISE_MAX);
        return -EINVAL;
    }
    int r = exercise_read(file, &set->v[i], &set->info[i], err, err_len);
    if (r < 0)
        return r;
    set->count++;
    return check_name(file, name, set->v[i].id, err, err_len);
}

static int load_all(const char *dir, struct dirent **entries, int n, struct exercise_set *set, char *err,
                    size_t err_len)
{
    for (int i = 0; i < n; i++) {
        int r = load_one(dir, entries[i]->d_name, set, err, err_len);
        if (r < 0)
            return r;
    }
    if (set->count > 0)
        return 0;
    snprintf(err, err_len, "%s: has no exercises (*" SUFFIX ")", dir);
    return -ENOENT;
}

int exercise_dir_load(const char *dir, struct exercise_set **ret, char *err, size_t err_len)
{
    struct dirent **entries = NULL;
    struct exercise_set *set = calloc(1, sizeof(*set));
    int r, n;

    if (!set) {
        snprintf(err, err_len, "%s: no memory to read it", dir);
        return -ENOMEM;
    }
    n = scandir(dir, &entries, is_exercise, by_name);
    if (n < 0) {
        r = -errno;
        snprintf(err, err_len, "%s: cannot be read: %s", dir, strerror(-r));
        goto out;
    }
    r = load_all(dir, entries, n, set, err, err_len);
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    if (r < 0)
        goto out;
    *ret = set;
    set = NULL;
out:
    exercise_set_free(set);
    return r;
}

static bool is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int put_path(const char *path, char *ret, size_t len)
{
    return snprintf(ret, len, "%s", path) < (int)len ? 0 : -ENAMETOOLONG;
}

int exercise_dir_default(char *ret, size_t len)
{
    char at[PATH_MAX], tried[PATH_MAX + sizeof("/config/exercises")];
    ssize_t n = readlink("/proc/self/exe", at, sizeof(at) - 1);

    at[n > 0 ? n : 0] = '\0';
    for (int i = 0; i <= LEVELS_UP; i++) {
        char *slash = strrchr(at, '/');
        if (!slash || slash == at)
            break;
        *slash = '\0';
        snprintf(tried, sizeof(tried), "%s/config/exercises", at);
        if (is_dir(tried))
            return put_path(tried, ret, len);
    }
    return put_path(GYMSTATION_DATADIR "/exercises", ret, len);
}
