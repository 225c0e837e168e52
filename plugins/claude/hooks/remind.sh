#!/bin/sh
# Says, as a session ends, which VMs still run. Nothing where none does, or where there is no ledger to ask.
found=$(aleph-agent vm ls --offline --json --fields 'items.*.name,totals.live,totals.usdPerHour' 2>/dev/null) || exit 0
case $found in *'"live":0'*) exit 0 ;; esac
names=$(printf %s "$found" | grep -o '"name":"[a-z0-9-]*"' | cut -d '"' -f 4 | tr '\n' ' ')
rate=$(printf %s "$found" | sed 's/.*"usdPerHour":"\([0-9.]*\)".*/\1/')
echo "${names}still cost ${rate} USD an hour, until they end. To end one: aleph-agent vm destroy NAME" >&2
exit 2
