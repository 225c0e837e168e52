/** The part of the script that is the same for every VM: POSIX shell, into which no value is filled in. */
export const endVmBody = String.raw`
again() {
  printf '%s: %s\n' "$vm" "$1"
  exit 75
}

# The machine as its maker and its node describe it. A copy of this disk in another machine reads otherwise.
identity() {
  { cat /etc/machine-id /sys/class/dmi/id/product_uuid
    cat /run/cloud-init/instance-data.json | sed -n 's/.*"local[-_]hostname": *"\([^"]*\)".*/\1/p' | sort -u
  } 2>/dev/null | sha256sum | cut -d ' ' -f 1
}

# Answers in $work/body and $work/head; prints the HTTP status, 000 where there was none.
ask() {
  : >"$work/body"
  : >"$work/head"
  if command -v curl >/dev/null 2>&1; then
    if [ $# -eq 2 ]; then
      set -- "$1" --max-time 45 -H 'content-type: application/json' --data-binary "@$2"
    else
      set -- "$1" --max-time 20
    fi
    code=$(curl -q -s --connect-timeout 10 --max-redirs 0 --max-filesize 4000000 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" 2>/dev/null) || code=000
  else
    url=$1
    if [ $# -eq 2 ]; then
      patience=45
      set -- --header 'content-type: application/json' --post-file "$2"
    else
      patience=20
      set --
    fi
    # busybox's own knows nothing of patience
    case $(wget --version 2>/dev/null) in
    *GNU*) set -- wget --no-config --tries=1 --max-redirect=0 -T "$patience" "$@" ;;
    *) set -- timeout "$patience" wget "$@" ;;
    esac
    "$@" -S -O "$work/body" "$url" 2>"$work/head"
    code=$(sed -n 's/.*HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$work/head" | tail -n 1)
  fi
  case $code in
  [1-5][0-9][0-9]) printf '%s\n' "$code" ;;
  *) printf '000\n' ;;
  esac
}

# "YYYY MM DD hh mm ss" as seconds since 1970.
epoch() {
  awk '{ y = $1; m = $2; if (m <= 2) { y--; m += 12 }
    printf "%.0f\n", (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + $3 - 719469) * 86400 + $4 * 3600 + $5 * 60 + $6 }'
}

# The Date of the last answer, nothing where it has none.
date_of_answer() {
  tr -d '\r' <"$work/head" | sed -n 's/^ *[Dd][Aa][Tt][Ee]: *[A-Z][a-z][a-z], \([0-9][0-9]\) \([A-Z][a-z][a-z]\) \([0-9][0-9][0-9][0-9]\) \([0-9][0-9]\):\([0-9][0-9]\):\([0-9][0-9]\) GMT *$/\3 \2 \1 \4 \5 \6/p' |
    tail -n 1 | awk '{ at = index("JanFebMarAprMayJunJulAugSepOctNovDec", $2); if (at % 3 == 1) print $1, (at + 2) / 3, $3, $4, $5, $6 }' | epoch
}

# What the last answer has published for this VM: seconds, 0 for nothing, no line where it cannot be read.
published() {
  tr -d ' \t\r\n' <"$work/body" >"$work/flat"
  case $1 in
  404) printf '0\n'; return ;;
  200) ;;
  *) return ;;
  esac
  # written to be read by sed, which drops an unfinished last line nowhere but here
  printf '\n' >>"$work/flat"
  case $(sed -n 's/^{.*"data":{.*}$/whole/p' "$work/flat") in
  whole) ;;
  *) return ;;
  esac
  case $(sed -n 's/.*"'"$vm"'":\(.\).*/\1/p' "$work/flat") in
  '' | n) printf '0\n' ;;
  *) sed -n 's/.*"'"$vm"'":{[^{}]*"expires":"\([0-9][0-9][0-9][0-9]\)-\([0-9][0-9]\)-\([0-9][0-9]\)T\([0-9][0-9]\):\([0-9][0-9]\):\([0-9][0-9]\)\(\.[0-9]*\)\{0,1\}Z".*/\1 \2 \3 \4 \5 \6/p' "$work/flat" | epoch ;;
  esac
}

# A host's word on a message: unknown, processed, … or nothing.
status_at() {
  case $(ask "$1/api/v0/messages/$2/status") in
  404) printf 'unknown\n' ;;
  200) tr -d ' \t\r\n' <"$work/body" >"$work/flat"
    printf '\n' >>"$work/flat"
    case $(sed -n 's/.*"item_hash":"\([0-9a-f]*\)".*/\1/p' "$work/flat") in
    "$2") sed -n 's/.*"status":"\([a-z]*\)".*/\1/p' "$work/flat" ;;
    esac ;;
  esac
}

# How many hosts say that the VM is ended; $alive names those that have it, $word what the last one said.
look() {
  gone=0
  alive=
  for host in $hosts; do
    word=$(status_at "$host" "$vm")
    case $word in
    forgotten | removed) gone=$((gone + 1)) ;;
    processed | removing) alive="$alive $host" ;;
    esac
  done
}

finish() {
  rm -f "$0.sent"
  printf '%s: forgotten\n' "$vm"
  [ "$where" = guest ] && poweroff
  exit 0
}

here=$(dirname "$0")
if [ "$#" -gt 0 ]; then
  case $1 in
  identity) identity ;;
  check)
    printf 'expires=%s\nlimit=%s\n' "$expires" "$limit"
    printf 'digest=%s\n' "$(sha256sum <"$0" | cut -d ' ' -f 1)"
    if [ "$where" = guest ]; then
      if [ "$(identity)" = "$(cat "$here/machine" 2>/dev/null)" ]; then printf 'machine=same\n'; else printf 'machine=other\n'; fi
      printf 'timer=%s\n' "$(systemctl is-active aleph-agent-end.timer 2>/dev/null)"
    fi ;;
  *) exit 64 ;;
  esac
  exit 0
fi

# Before its own time it asks nobody.
[ "$(date -u +%s)" -ge "$expires" ] || exit 0
if [ "$where" = guest ] && [ "$(identity)" != "$(cat "$here/machine" 2>/dev/null)" ]; then
  printf '%s: this is another machine; nothing is done\n' "$vm"
  exit 0
fi
work=$(mktemp -d) || again 'no folder for answers'
trap 'rm -rf "$work"' EXIT

# The time, and the published expiry, by two hosts.
needed=0
for host in $hosts; do [ "$needed" -eq 2 ] || needed=$((needed + 1)); done
timed=0
told=0
until=$expires
earliest=
founds=
wrong=
for host in $hosts; do
  code=$(ask "$host/api/v0/aggregates/$account.json?keys=aleph-agent")
  now=$(date -u +%s)
  theirs=$(date_of_answer)
  found=$(published "$code")
  if [ -z "$theirs" ]; then
    # busybox's wget shows no headers of a 404
    code=$(ask "$host/api/v0/version")
    now=$(date -u +%s)
    theirs=$(date_of_answer)
  fi
  [ -n "$theirs" ] || continue
  off=$((now - theirs))
  # a host whose clock is off is left out; two others are enough
  if [ "$off" -gt 120 ] || [ "$off" -lt -120 ]; then
    wrong="; the clock is $off s off the time of $host"
    continue
  fi
  timed=$((timed + 1))
  for at in "$now" "$theirs"; do
    if [ -z "$earliest" ] || [ "$at" -lt "$earliest" ]; then earliest=$at; fi
  done
  [ -n "$found" ] || continue
  told=$((told + 1))
  founds="$founds $found"
done
# The latest that fewer than two hosts contradict by something earlier: two outvote one.
found=$(printf '%s\n' $founds | awk -v needed="$needed" '{ said[NR] = $1 }
  END { for (i = 1; i <= NR; i++) { less = 0
    for (j = 1; j <= NR; j++) if (said[j] + 0 < said[i] + 0) less++
    if (less < needed && said[i] + 0 > best + 0) best = said[i] }
    print best + 0 }')
if [ "$found" -gt "$until" ]; then until=$found; fi
[ "$timed" -ge "$needed" ] || again "only $timed of $needed hosts tell the time$wrong"
if [ "$told" -lt "$needed" ] || [ "$until" -gt "$limit" ]; then until=$limit; fi
[ "$earliest" -ge "$until" ] || again "not before $until ($told of $needed hosts tell the published expiry)"

look
[ "$gone" -lt "$needed" ] || finish

# One message at one host each time; the next host, or the next message, in a minute.
touch "$0.sent"
turn=$(wc -l <"$0.sent")
count=0
for host in $alive; do count=$((count + 1)); done
[ "$count" -gt 0 ] || again 'no host has it as running'
skip=$((turn % count))
for host in $alive; do
  [ "$skip" -eq 0 ] && break
  skip=$((skip - 1))
done
for id in $forgets; do
  if grep -q -x "$host $id" "$0.sent"; then continue; fi
  case $(status_at "$host" "$id") in
  unknown) ;;
  pending) again "message $id is pending" ;;
  '') again "$host does not answer" ;;
  *) continue ;;
  esac
  forget "$id" >"$work/message"
  printf '%s %s\n' "$host" "$id" >>"$0.sent"
  code=$(ask "$host/api/v0/messages" "$work/message")
  printf '%s: posted %s, HTTP %s\n' "$vm" "$id" "$code"
  look
  [ "$gone" -lt "$needed" ] || finish
  again "forgotten by $gone of $needed hosts"
done
rm -f "$0.sent"
again 'every message was tried'
`;
