/* SPDX-License-Identifier: MIT */
/* Runs a fuzzer's function over files, without a fuzzer: what once broke something never does so again. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

#define FILE_MAX (1 << 20)

int main(int argc, char **argv)
{
    static uint8_t bytes[FILE_MAX];

    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");

        if (!file) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return 1;
        }
        fprintf(stderr, "%s\n", argv[i]);
        size_t size = fread(bytes, 1, sizeof(bytes), file);
        fclose(file);
        uint8_t *exact = malloc(size + (size == 0)); /* its own size, so that a byte too far is seen */
        PROMISE(exact != NULL);
        for (size_t k = 0; k < size; k++)
            exact[k] = bytes[k];
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    printf("%d files\n", argc - 1);
    return argc > 1 ? 0 : 77;
}
