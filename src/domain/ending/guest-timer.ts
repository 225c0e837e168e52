import { formatInstant } from '../text/instant.ts';

/** `Date` headers and clocks have whole seconds: a look in the very second of the expiry could be told that it is not over. */
const graceMs = 2_000;

const calendar = (ms: number): string => {
  const whole = formatInstant(Math.ceil((ms + graceMs) / 1000) * 1000);
  return `${whole.slice(0, 10)} ${whole.slice(11, 19)} UTC`;
};

/** systemd's units: at the expiry and once after each boot; the service is tried again every minute until it is done. */
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

/** What a guest lacks, by the exit code of the installation. */
export const installProblems: Readonly<Record<number, string>> = {
  66: 'it has neither curl nor wget',
  69: 'it has no systemd',
  77: 'its user is not root',
};

const write = (file: string, text: string, mark: string): string => `cat >"$d/${file}.new" <<${mark}\n${text}${mark.replaceAll("'", '')}\n`;

/**
 * What `sh -s` in the guest reads from its stdin, so that nothing of it is in a command line: puts script and units in root's own folder,
 * each whole or not at all, starts the timer anew, and says what is there then.
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

/** Takes all of it away again; nothing there is fine, too. */
export const removeText = `d=$HOME/.aleph-agent
systemctl disable --now aleph-agent-end.timer </dev/null >/dev/null 2>&1
systemctl disable --now aleph-agent-end.service </dev/null >/dev/null 2>&1
rm -f "$d/end-vm.sh" "$d/end-vm.sh.sent" "$d/machine" "$d/aleph-agent-end.service" "$d/aleph-agent-end.timer"
[ ! -e "$d/end-vm.sh" ] && echo gone
`;

/** Is what the guest says exactly what was meant, its timer running, in the machine that it was put into? */
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

/** The digest that a carried script tells of itself; null where it tells none. */
export const readCarried = (said: string): string | null => /^digest=([0-9a-f]{64})$/m.exec(said.replaceAll('\r', ''))?.[1] ?? null;
