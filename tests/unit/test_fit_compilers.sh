#!/bin/sh
# SPDX-License-Identifier: MIT
# The fit's bits from every compiler that is here, at -O0 and -O2, and for aarch64 under qemu-user: all must be those that
# test_fit_bits.c pins. Skips (77) when there is no compiler at all.
set -eu
source=${GYMSTATION_SOURCE:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tried=0
qemu=$(command -v qemu-aarch64 || echo qemu-aarch64-static)

try() { # name, compiler, how to run, flags
    name=$1 cc=$2 run=$3
    shift 3
    command -v "$cc" >/dev/null 2>&1 || { echo "$name: no $cc"; return 0; }
    if [ -n "$run" ]; then command -v "$run" >/dev/null 2>&1 || { echo "$name: no $run"; return 0; }; fi
    "$cc" -std=c17 -ffp-contract=off "$@" -I"$source" -I"$source/include" -I"$source/tests/unit" \
        "$source"/tests/unit/test_fit_bits.c "$source"/daemon/core/fit/fit*.c "$source"/daemon/core/detect/rep_scan.c "$source"/daemon/core/detect/rep_spike.c "$source"/daemon/core/detect/rep_even.c \
        "$source"/daemon/core/detect/rep_buffer.c -o "$tmp/bits" -lm
    printf '%s: ' "$name"
    $run "$tmp/bits"
    tried=$((tried + 1))
}

for cc in gcc clang; do
    try "$cc -O0" "$cc" "" -O0
    try "$cc -O2" "$cc" "" -O2
done
try "aarch64 -O0" aarch64-linux-gnu-gcc "$qemu" -static -O0
try "aarch64 -O2" aarch64-linux-gnu-gcc "$qemu" -static -O2
[ "$tried" -gt 0 ] || { echo "no compiler to try"; exit 77; }
