/* SPDX-License-Identifier: MIT */
/*
 * Force recordings of other people's devices: text in columns, one sample a line. Strict about what it takes for a
 * number, generous about everything else: delimiter, decimal commas, header or none, lines before the header.
 */
#ifndef GYMSTATIONCTL_CSV_H
#define GYMSTATIONCTL_CSV_H

#include <stddef.h>
#include <stdint.h>

#define CSV_ERR_LEN  512
#define CSV_NAME_LEN 64

struct csv_spec {
    const char *time_column, *force_column; /* a name of the header, or a number from 1 */
    double seconds_per_unit;                /* of the time column */
    double mn_per_unit;                     /* of the force column */
};

struct recording {
    size_t n;
    size_t missing; /* lines left out because their force is "nan": the device had none */
    int64_t *t_ns;  /* from the first sample */
    int32_t *force_mn;
    int64_t period_ns;                                      /* median distance of samples; 0 with fewer than two */
    char delimiter;                                         /* ' ' stands for any run of blanks */
    char time_name[CSV_NAME_LEN], force_name[CSV_NAME_LEN]; /* of the header, or "column 2" */
    int first_line;                                         /* of the data */
};

/*
 * 0 and *ret, to be freed by recording_free(); or a negative errno and one line in err, with file and line: -EBADMSG
 * where the content is wrong.
 */
int csv_read(const char *path, const struct csv_spec *spec, struct recording *ret, char *err, size_t err_len);
void recording_free(struct recording *recording);

#endif
