/* SPDX-License-Identifier: MIT */
/*
 * Exercises from their files: every *.conf of one directory, all or nothing. Called at start-up; the set is read-only
 * afterwards and may be read from any thread until it is freed.
 */
#ifndef GYMSTATION_EXERCISE_FILE_H
#define GYMSTATION_EXERCISE_FILE_H

#include "gymstation/exercise.h"

#define EXERCISE_LANG_MAX 4
#define EXERCISE_ERR_LEN  512

/* For a screen, in one language. The texts belong to the set. */
struct exercise_text {
    char lang[3]; /* ISO 639-1: "en", "de" */
    char *title, *instructions, *cautions, *equipment;
};

struct exercise_info {
    char *source;   /* where the numbers come from */
    int text_count; /* at least one; English is always there */
    struct exercise_text texts[EXERCISE_LANG_MAX];
};

struct exercise_set {
    int count;
    struct exercise v[EXERCISE_MAX];         /* in the order of their ids: this is the table for core_init() */
    struct exercise_info info[EXERCISE_MAX]; /* of v[i] */
};

/*
 * Reads dir. 0 and *ret, the caller's to free; or a negative errno with one line in err ("FILE:12: dose.rest_s: 700 s
 * is outside 0..600 s"), and nothing is loaded. -EINVAL is bad content.
 */
int exercise_dir_load(const char *dir, struct exercise_set **ret, char *err, size_t err_len);
void exercise_set_free(struct exercise_set *set); /* NULL is fine */

/*
 * Where the exercises are when nobody says: config/exercises of the source tree that this program was built in, else
 * where they are installed. 0 or a negative errno.
 */
int exercise_dir_default(char *ret, size_t len);

/* Index of the exercise, or of its variation, or -1. */
int exercise_find(const struct exercise *exercises, int count, const char *id);
int exercise_variation_find(const struct exercise *exercise, const char *id);

/* The text in lang, else the English one. */
const struct exercise_text *exercise_text_find(const struct exercise_info *info, const char *lang);

#endif
