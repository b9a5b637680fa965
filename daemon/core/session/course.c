/* SPDX-License-Identifier: MIT */
/* The text of a course; see course.h. */
#include "gymstation/course.h"

static const char pains[] = "0123456789a";

/* good and judged of an item in a digit: judged <= good <= COURSE_SESSIONS, so at most 8. */
static char digit(const struct course *course, int item)
{
    return (char)('0' + course->good[item] * (COURSE_SESSIONS + 1) + course->judged[item]);
}

void course_str(const struct course *course, char ret[COURSE_LEN])
{
    int items = ITEM_MAX;

    while (items > 0 && digit(course, items - 1) == '0')
        items--;
    ret[0] = '\0';
    if (items == 0)
        return;
    ret[0] = pains[course->pain];
    for (int i = 0; i < items; i++)
        ret[1 + i] = digit(course, i);
    ret[1 + items] = '\0';
}

static bool parse_item(char c, struct course *ret, int item)
{
    int code = c - '0';

    if (code < 0 || code > COURSE_SESSIONS * (COURSE_SESSIONS + 2))
        return false;
    ret->good[item] = code / (COURSE_SESSIONS + 1);
    ret->judged[item] = code % (COURSE_SESSIONS + 1);
    return ret->judged[item] <= ret->good[item];
}

bool course_parse(const char *text, struct course *ret)
{
    struct course course = {0};
    int pain = 0;

    if (text[0] == '\0') {
        *ret = course;
        return true;
    }
    while (pains[pain] != '\0' && pains[pain] != text[0])
        pain++;
    if (pains[pain] == '\0')
        return false;
    course.pain = pain;
    for (int i = 0; text[1 + i] != '\0'; i++)
        if (i >= ITEM_MAX || !parse_item(text[1 + i], &course, i))
            return false;
    *ret = course;
    return true;
}
