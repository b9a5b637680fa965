#!/bin/sh
# SPDX-License-Identifier: MIT
# gymstationctl simulate as a shell sees it: the same bytes for the same seed, a trace that replays to a session that is
# done, and bad input that gets exit 2, one message and nothing on standard output.
set -eu
ctl=${GYMSTATION_BUILD:?}/gymstationctl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

complain()
{
    echo "FAILED: $*" >&2
    failed=1
}

one="simulate --exercise banded_curl --anchor dead --reps 3 --sets 1"
"$ctl" $one --seed 5 --truth "$dir/truth1" >"$dir/a"
"$ctl" $one --seed 5 --truth "$dir/truth2" >"$dir/b"
"$ctl" $one --seed 6 >"$dir/c"
cmp -s "$dir/a" "$dir/b" || complain "the same seed gave other bytes"
cmp -s "$dir/truth1" "$dir/truth2" || complain "the same seed gave another truth"
cmp -s "$dir/a" "$dir/c" && complain "another seed gave the same bytes"
[ "$(grep -c '"kind":"rep"' "$dir/truth1")" = 3 ] || complain "three reps must have three truths"
"$ctl" replay "$dir/a" >"$dir/events"
[ "$(grep -c '"type":"session_completed".*"reason":"done"' "$dir/events")" = 1 ] || complain "the session is not done"
[ "$("$ctl" simulate --list-cases | grep -c '^plain ')" = 1 ] || complain "--list-cases does not list plain"

"$ctl" simulate --case partial --exercise step_up --reps 3 --sets 1 --fleet 2 --into "$dir/fleet" --seed 5
[ "$(ls "$dir/fleet" | tr '\n' ' ')" = "000005.trace 000005.truth 000006.trace 000006.truth " ] || complain "fleet's files"
"$ctl" replay "$dir/fleet/000006.trace" >/dev/null || complain "a fleet's trace does not replay"

"$ctl" simulate --exercise step_up --variation loaded --load-kg 12.5 --step-m 0.4 --reps 3 --sets 1 >"$dir/loaded"
"$ctl" replay "$dir/loaded" >"$dir/events"
grep -q '"load_kg":12.5.*"step_height_m":0.4' "$dir/events" || complain "load and step are not in set_started"
[ "$(grep -c '"type":"rep".*"variation":"loaded".*"outcome":"full"' "$dir/events")" = 3 ] || complain "three loaded reps"

refused()
{
    rc=0
    "$ctl" simulate "$@" >"$dir/out" 2>"$dir/err" || rc=$?
    [ "$rc" = 2 ] || complain "$*: exit $rc, expected 2"
    [ ! -s "$dir/out" ] || complain "$*: something on standard output"
    [ -s "$dir/err" ] || complain "$*: no message"
}
refused
refused --exercise no_such
refused --exercise step_up --side both
refused --exercise step_up --reps 0
refused --exercise step_up --reps 1.5
refused --exercise step_up --seed -1
refused --exercise step_up --step-m 0.7
refused --exercise step_up --load-kg -1
refused --load-kg 5 --prescription "$dir/none"
refused --exercise step_up --case no_such
refused --exercise step_up --sps nan
refused --exercise step_up --truth "$dir/no/such/folder"
refused --exercise step_up --fleet 2
refused --exercise step_up --fleet 0 --into "$dir/fleet"
refused --exercise step_up --fleet 2 --into "$dir/fleet" --truth "$dir/truth1"
refused --exercise step_up --prescription "$dir/a"
refused --prescription "$dir/a"
refused --prescription "$dir/none"
refused --config "$dir/none" --exercise step_up
exit "$failed"
