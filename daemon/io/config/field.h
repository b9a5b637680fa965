/* SPDX-License-Identifier: MIT */
/*
 * One table row a key: what a key is called, what it may be, and where it goes in a struct. The same rows read JSON and
 * libconfig; a front end (json_read.c, conf_read.c) only says what a node of its document is. Also of use to renderers:
 * kind, scale and offset say how to write a struct back.
 *
 * Numbers in s, kg, m, N and per cent become integers: stored = number * scale. Any thread; no state.
 */
#ifndef GYMSTATION_IO_FIELD_H
#define GYMSTATION_IO_FIELD_H

#include "gymstation/basics.h"

enum field_kind {
    FIELD_INT,     /* whole number */
    FIELD_DECIMAL, /* number with a fraction, stored times scale */
    FIELD_TEMPO,   /* FIELD_DECIMAL, or "asap" or "free" (TEMPO_ASAP, TEMPO_FREE) */
    FIELD_BOOL,
    FIELD_WORD,  /* an enum: one of its words */
    FIELD_WORDS, /* a list of them, stored as bits 1u << enumerator */
    FIELD_INTS,  /* a list of whole numbers in an int32_t array; their count goes to count_offset */
    FIELD_TEXT,  /* of min..max bytes, no control characters */
    FIELD_TIME,  /* wall time, ISO 8601 in UTC, stored as ns since 1970 */
    FIELD_OTHER, /* known, but read by the caller */
};

struct field {
    const char *path; /* "rest_s"; inside a group of keys "tempo.con_s" */
    enum field_kind kind;
    bool required;            /* inside a group: once the group is there */
    size_t offset, size;      /* in the struct; size 4 or 8 for numbers; 0: checked, not stored */
    int64_t min, max;         /* as stored; texts: bytes */
    int64_t step;             /* as stored; other values are refused. 0: rounded to the nearest */
    int64_t scale;            /* 0 is 1 */
    const char *unit;         /* for messages; NULL: none */
    const char *(*word)(int); /* of an enumerator; NULL for those that have none */
    int words;                /* enumerators */
    size_t count_offset;
    const char *(*valid)(const char *text); /* what is wrong with the text, or NULL */
    int64_t fallback;                       /* default, as stored */
    const char *fallback_text;              /* default of a FIELD_TEXT; NULL: "" */
};

#define FIELD_AT(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define FIELD_S                1000 /* scale of times in s, lengths in m, masses in kg, forces in N, per cent */

/* Rows and the struct they write to. */
struct field_table {
    const struct field *v;
    int n; /* at most 64 */
    void *base;
    uint64_t seen; /* bit i: v[i] was given */
};

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_BOOL, VALUE_TEXT, VALUE_LIST, VALUE_GROUP };

struct value {
    enum value_kind kind;
    int64_t integer; /* VALUE_INT, VALUE_BOOL */
    double real;
    const char *text; /* the document's */
};

/* A document's node, and what a front end can say about it. */
struct node_ops {
    char separator; /* of paths: '/' (also leading, as in JSON pointers) or '.' */
    void (*value)(const void *node, struct value *ret);
    int (*count)(const void *node);                                      /* members of a group, elements of a list */
    const void *(*child)(const void *node, int i, const char **ret_key); /* ret_key: NULL in lists */
};

struct field_error {
    const void *node; /* where; for its line number */
    struct refusal refusal;
};

/*
 * Reads every member of the group `node` into the tables; a key that is in none of them is refused. path is the
 * node's own ("" for the document). False with *ret_error at the first thing that is wrong; what was read so far
 * has been stored by then.
 */
bool fields_read(const struct node_ops *ops, const void *node, const char *path, struct field_table *tables,
                 int table_count, struct field_error *ret_error);

void fields_default(const struct field_table *table);
bool field_seen(const struct field_table *table, const char *path);
const struct field *field_find(const struct field *fields, int n, const char *path);
/* The key most like path, or NULL when none is near. */
const char *field_nearest(const struct field *fields, int n, const char *path);

/* One value, not a list. False with the reason. */
bool field_set(const struct field *field, const struct value *value, void *base, char *reason, size_t size);
/* The stored number, for renderers and tests: FIELD_INT, DECIMAL, TEMPO, BOOL, WORD, WORDS, TIME. */
int64_t field_get(const struct field *field, const void *base);

/* Path of a child, and of an element; ret is PATH_TEXT_LEN bytes and may not be path itself. */
void field_path_key(const struct node_ops *ops, const char *path, const char *key, char *ret);
void field_path_index(const struct node_ops *ops, const char *path, int index, char *ret);

/* The member called key, or NULL. */
const void *field_member(const struct node_ops *ops, const void *node, const char *key);
/* False unless node is of that kind, VALUE_LIST or VALUE_GROUP. */
bool field_node_is(const struct node_ops *ops, const void *node, enum value_kind kind, const char *path,
                   struct field_error *ret_error);

/* Fills *ret_error; format as printf. Always false, so that callers can return it. */
bool field_refuse(struct field_error *ret_error, const void *node, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A stranger's text for a message: quoted, at most 32 bytes of it, only printable ASCII. */
#define QUOTE_LEN 40
const char *field_quote(const char *text, char ret[QUOTE_LEN]);

#endif
