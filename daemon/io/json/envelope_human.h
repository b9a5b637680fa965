/* SPDX-License-Identifier: MIT */
/* Writing a line for people (event_human() in event_json.h); between its own files. Missing members are "" and 0. */
#ifndef GYMSTATION_IO_ENVELOPE_HUMAN_H
#define GYMSTATION_IO_ENVELOPE_HUMAN_H

#include <jansson.h>

#include "gymstation/event_json.h"

struct human_line {
    char *text;
    size_t len, used; /* used < len, text[used] is the NUL */
};

__attribute__((format(printf, 2, 3))) void human_say(struct human_line *line, const char *format, ...);
/* before, the number, after; nothing where there is no number. */
void human_say_num(struct human_line *line, const char *before, const json_t *object, const char *key, int decimals,
                   const char *after);
void human_say_str(struct human_line *line, const char *before, const json_t *object, const char *key,
                   const char *after);
void human_say_words(struct human_line *line, const char *name); /* left_box: "left box" */

const char *human_str(const json_t *object, const char *key);
long long human_num(const json_t *object, const char *key);
bool human_has(const json_t *object, const char *key);
const json_t *human_data(const json_t *envelope);

/* envelope_human_set.c: what the exercises give */
void human_set_started(struct human_line *line, const json_t *envelope);
void human_rep(struct human_line *line, const json_t *envelope);
void human_hold(struct human_line *line, const json_t *envelope);
void human_set_completed(struct human_line *line, const json_t *envelope);
void human_session_completed(struct human_line *line, const json_t *envelope);

#endif
