import { formatInstant } from '../text/instant.ts';

/** Clocks and `Date` headers count whole seconds: a check in the very second of the expiry could find that it has not passed yet. */
const graceMs = 2_000;

const calendar = (ms: number): string => {
  const whole = formatInstant(Math.ceil((ms + graceMs) / 1000) * 1000);
  return `${whole.slice(0, 10)} ${whole.slice(11, 19)} UTC`;
};

/**
 * The systemd units of the guest timer. It fires at the expiry and after each boot; the service is tried again every minute until it
 * succeeds.
 */
export const timerUnits = (folder: string, expiresAt: number): { service: string; timer: string } => ({
  service: `[Unit]
Description=Ends this VM at its published expiry (aleph-agent)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/sh "${folder}/end-vm.sh"
Restart=on-failure
RestartSec=60
TimeoutStartSec=600
`,
  timer: `[Unit]
Description=When this VM is to end (aleph-agent)

[Timer]
OnCalendar=${calendar(expiresAt)}
OnBootSec=60
Persistent=yes
AccuracySec=1s
Unit=aleph-agent-end.service

[Install]
WantedBy=timers.target
`,
});

/** Why a guest cannot have a timer, by the exit code of `installText`. */
export const installProblems: Readonly<Record<number, string>> = {
  66: 'it has neither curl nor wget',
  69: 'it has no systemd',
  77: 'its user is not root',
};

const write = (file: string, text: string, mark: string): string => `cat >"$d/${file}.new" <<${mark}\n${text}${mark.replaceAll("'", '')}\n`;

/**
 * The shell text that `sh -s` in the guest reads from its stdin, so that no command line shows the FORGETs. It writes script and units into
 * root's own folder, each file whole or not at all, restarts the timer, and prints the script's `check`.
 */
export const installText = (script: string, expiresAt: number): string => {
  const units = timerUnits('$d', expiresAt);
  return `set -eu
umask 077
[ "$(id -u)" -eq 0 ] || exit 77
command -v systemctl >/dev/null 2>&1 || exit 69
command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || exit 66
d=$HOME/.aleph-agent
mkdir -p "$d"
chmod 700 "$d"
${write('end-vm.sh', script, "'END_OF_SCRIPT'")}${write('aleph-agent-end.service', units.service, 'END_OF_UNIT')}${write('aleph-agent-end.timer', units.timer, 'END_OF_UNIT')}sh "$d/end-vm.sh.new" identity >"$d/machine.new" </dev/null
for f in end-vm.sh machine aleph-agent-end.service aleph-agent-end.timer; do mv -f "$d/$f.new" "$d/$f"; done
rm -f "$d/end-vm.sh.sent"
systemctl link "$d/aleph-agent-end.service" </dev/null >/dev/null 2>&1
systemctl enable "$d/aleph-agent-end.timer" </dev/null >/dev/null 2>&1
systemctl daemon-reload </dev/null
systemctl restart aleph-agent-end.timer </dev/null
sh "$d/end-vm.sh" check </dev/null
`;
};

export const checkText = `sh "$HOME/.aleph-agent/end-vm.sh" check </dev/null\n`;

/** The shell text that removes timer, script and units; it succeeds where none of them is there, too. */
export const removeText = `d=$HOME/.aleph-agent
systemctl disable --now aleph-agent-end.timer </dev/null >/dev/null 2>&1
systemctl disable --now aleph-agent-end.service </dev/null >/dev/null 2>&1
rm -f "$d/end-vm.sh" "$d/end-vm.sh.sent" "$d/machine" "$d/aleph-agent-end.service" "$d/aleph-agent-end.timer"
[ ! -e "$d/end-vm.sh" ] && echo gone
`;

/** Does the guest's `check` confirm the digest and times that were meant, an active timer, and the machine where it was installed? */
export const readBack = (said: string, meant: { digest: string; expiresAt: number; limitAt: number }): boolean => {
  const facts = new Map(said.split('\n').flatMap((line) => (/^[a-z]+=/.test(line) ? [line.trim().split('=', 2) as [string, string]] : [])));
  return (
    facts.get('digest') === meant.digest &&
    facts.get('expires') === String(Math.ceil(meant.expiresAt / 1000)) &&
    facts.get('limit') === String(Math.ceil(meant.limitAt / 1000)) &&
    facts.get('machine') === 'same' &&
    facts.get('timer') === 'active'
  );
};

/** The digest that a carried script's `check` printed; null where it printed none. */
export const readCarried = (said: string): string | null => /^digest=([0-9a-f]{64})$/m.exec(said.replaceAll('\r', ''))?.[1] ?? null;
