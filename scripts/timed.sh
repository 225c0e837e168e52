#!/bin/sh
# Runs a command and says at its end what it took: CPU seconds of it and its children, and seconds on the clock.
began=$(date +%s)
"$@"
status=$?
# in a file: a subshell, as of a pipe, has times of its own
spent=$(mktemp)
times >"$spent"
cpu=$(awk '{ for (i = 1; i <= 2; i++) { split($i, part, /[ms]/); sum += part[1] * 60 + part[2] } } END { printf "%.0f", sum }' "$spent")
rm -f "$spent"
echo "took $cpu CPU s, $(($(date +%s) - began)) s"
exit "$status"
