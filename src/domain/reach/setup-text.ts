/** What the VM says of a setup script that ran to its end. */
export interface SetupEnd {
  /** null: the script began once, and the VM does not know how it ended. */
  exitCode: number | null;
  /** The end of what the script wrote, stdout and stderr as they came. */
  output: string;
  truncated: boolean;
}

const mark = 'aleph-agent-setup:';

/** The folder in the VM with a setup script's log, relative to root's own. */
const folder = '.aleph-agent';

/** The path of a setup script's log in its VM, relative to root's home. `id`: the VM's. */
export const setupLog = (id: string): string => `${folder}/setup-${id}.log`;

/**
 * The shell text that `sh -s` in the VM reads from its stdin: it runs the script unless it began here once, and tells how it ended. A
 * call that comes while the script runs waits for it. Output goes into a log, so that a lost connection does not stop the script. The
 * braces make the shell read the whole text before it does anything: a script that arrives in part never runs. `id`: the VM's, because a disk
 * may be the copy of another VM's.
 */
export const setupText = (id: string, script: Uint8Array, maxBytes: number): string => `{
u=$(umask)
umask 077
f=$HOME/${folder}/setup-${id}
mkdir -p "$HOME/${folder}" && exec 9>"$f.lock" || exit 73
if command -v flock >/dev/null 2>&1; then flock 9; fi
if [ -f "$f.exit" ]; then
code=$(cat "$f.exit")
elif [ -f "$f.begun" ]; then
code=unknown
else
base64 -d >"$f" <<'END_OF_SETUP' || exit 73
${(
  Buffer.from(script)
    .toString('base64')
    .match(/.{1,76}/g) ?? []
).join('\n')}
END_OF_SETUP
chmod 700 "$f" && : >"$f.log" && : >"$f.begun" || exit 73
(cd "$HOME" && umask "$u" && exec "$f") </dev/null >"$f.log" 2>&1 9>&-
code=$?
# where the disk is full, or the script cleaned up here, the end is known to this call alone
{ echo "$code" >"$f.exit.new" && mv -f "$f.exit.new" "$f.exit"; } 2>/dev/null
rm -f "$f"
fi
bytes=0
if [ -f "$f.log" ]; then
tail -c ${maxBytes} "$f.log"
bytes=$(($(wc -c <"$f.log")))
fi
printf '\\n${mark} exit=%s bytes=%s\\n' "$code" "$bytes"
exit 0
}
`;

/** Reads what `setupText` told; null where it did not come to its end. The script's own output stands before the last line and cannot forge it. */
export const readSetupEnd = (said: string, maxBytes: number): SetupEnd | null => {
  const [, output = '', code = '', bytes = ''] =
    new RegExp(`^([^]*)\\n${mark} exit=(\\d{1,3}|unknown) bytes=(\\d{1,15})\\n$`).exec(said) ?? [];
  return code === '' ? null : { exitCode: code === 'unknown' ? null : Number(code), output, truncated: Number(bytes) > maxBytes };
};
