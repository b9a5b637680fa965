/* SPDX-License-Identifier: MIT */
/* Somebody's force recording: times that never go back and forces that fit, or one sentence. */
#include "tests/fuzz/fuzz.h"
#include "tools/gymstationctl/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct csv_spec spec = {"1", "2", 1.0, 1000.0};
    struct recording recording = {0};
    char err[CSV_ERR_LEN] = "";
    int r = csv_read(fuzz_file(data, size), &spec, &recording, err, sizeof(err));

    PROMISE(r <= 0 && (r == 0) == (err[0] == '\0'));
    if (r < 0)
        return 0;
    for (size_t i = 1; i < recording.n; i++)
        PROMISE(recording.t_ns[i] >= recording.t_ns[i - 1]);
    recording_free(&recording);
    return 0;
}
