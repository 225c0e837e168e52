/** The programs of a guest that must not be this machine's: its clock, its files about itself, its service manager, its power switch. */
export const guestCommands = ({ system, control, path }: { system: string; control: string; path: string }): Record<string, string> => ({
  date: `${head}PATH=${quoted(path)}
now=$(curl -q -s -m 10 ${quoted(`${control}/time`)} 2>/dev/null || wget -q -O - ${quoted(`${control}/time`)} 2>/dev/null)
now=$(printf '%s' "$now" | sed -n 's/.*"now": *\\([0-9]*\\)[0-9][0-9][0-9][^0-9].*/\\1/p')
[ -n "$now" ] || { echo 'date: the devnet does not tell its time' >&2; exit 1; }
date -d "@$now" "$@" 2>/dev/null || exec date -r "$now" "$@"
`,
  cat: `${head}PATH=${quoted(path)}
count=$#
while [ "$count" -gt 0 ]; do
  case $1 in
  /*) if [ -e ${quoted(system)}"$1" ]; then set -- "$@" ${quoted(system)}"$1"; else set -- "$@" "$1"; fi ;;
  *) set -- "$@" "$1" ;;
  esac
  shift
  count=$((count - 1))
done
exec cat "$@"
`,
  id: `${head}case $1 in -u) echo 0 ;; -un) echo root ;; *) PATH=${quoted(path)} exec id "$@" ;; esac
`,
  poweroff: `${head}exec touch ${quoted(`${system}/poweroff`)}\n`,
  systemctl: `${head}PATH=${quoted(path)}
cd ${quoted(system)} || exit 1
verb=
now=
quiet=
units=
for word in "$@"; do
  case $word in
  --now) now=yes ;;
  --quiet | -q) quiet=yes ;;
  -*) echo "systemctl: $word is not emulated" >&2; exit 1 ;;
  *) if [ -z "$verb" ]; then verb=$word; else units="$units$word
"; fi ;;
  esac
done
status=0
begin() { date '+%s %N' >"active/$1"; }
while IFS= read -r unit; do
  [ -n "$unit" ] || [ "$verb" = daemon-reload ] || continue
  name=$(basename "$unit")
  case $verb in
  daemon-reload) ;;
  link | enable)
    case $unit in
    /*) [ -f "$unit" ] || { echo "Failed to $verb unit: File $unit does not exist." >&2; exit 1; }
      printf '%s' "$unit" >"linked/$name" ;;
    esac
    [ -f "linked/$name" ] || { echo "Failed to $verb unit: Unit file $name does not exist." >&2; exit 1; }
    if [ "$verb" = enable ]; then touch "enabled/$name"; [ -z "$now" ] || [ -e "active/$name" ] || begin "$name"; fi ;;
  start) [ -f "linked/$name" ] || exit 5; [ -e "active/$name" ] || begin "$name" ;;
  restart) [ -f "linked/$name" ] || exit 5; begin "$name" ;;
  stop) rm -f "active/$name" ;;
  disable) rm -f "enabled/$name" "linked/$name"; [ -z "$now" ] || rm -f "active/$name" ;;
  is-active)
    if [ -e "active/$name" ]; then word=active; else word=inactive; status=3; fi
    [ -n "$quiet" ] || echo "$word" ;;
  *) echo "systemctl: $verb is not emulated" >&2; exit 1 ;;
  esac
done <<UNITS
$units
UNITS
exit "$status"
`,
});

const head = '#!/bin/sh\n';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
