import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where a kill strikes: before or after what the program does. */
export interface Strike {
  /** The words of the call, as its line begins. */
  line: string;
  when: 'before' | 'after';
}

const systemctl = (state: string, units: string): string => `
unit=aleph-agent-safe.service
case "$1" in
  show-environment) ;;
  show)
    active=inactive; enabled=
    [ -f '${state}/started' ] && active=$(cat '${state}/started')
    [ -f '${units}/'$unit ] && enabled=disabled
    [ -f '${state}/enabled' ] && enabled=enabled
    printf 'ActiveState=%s\\nUnitFileState=%s\\nUser=safe\\n' "$active" "$enabled" ;;
  daemon-reload) rm -f '${state}/read'; [ -f '${units}/'$unit ] && cp '${units}/'$unit '${state}/read'; true ;;
  enable) [ -f '${state}/read' ] && touch '${state}/enabled' ;;
  start) [ -f '${state}/read' ] && cp '${state}/read' '${state}/running' && echo active >'${state}/started' ;;
  stop) rm -f '${state}/started' '${state}/running' ;;
  disable) rm -f '${state}/started' '${state}/running' '${state}/enabled' ;;
  *) exit 64 ;;
esac`;

const launchctl = (state: string): string => `
case "$1 $2" in
  'print system') ;;
  'print system/'*) [ -f '${state}/running' ] || { echo 'Could not find service' >&2; exit 113; }; echo '	state = running' ;;
  'enable system/'*) touch '${state}/enabled' ;;
  'bootstrap system') [ -f '${state}/enabled' ] && [ ! -f '${state}/running' ] && cp "$3" '${state}/running' ;;
  'bootout system/'*) rm -f '${state}/running' ;;
  *) exit 64 ;;
esac`;

const getent = (state: string): string =>
  `[ "$2" = root ] && { echo root:x:0:0::/root:/bin/sh; exit 0; }; grep "^$2:" '${state}/passwd' || exit 2`;

const useradd = (state: string): string =>
  `for name; do :; done; grep -q "^$name:" '${state}/passwd' && { printf 'useradd: user exists \\033[31m\\n' >&2; exit 9; }; echo "$name:x:${uid}:${uid}::$5:/bin/sh" >>'${state}/passwd'; mkdir -p "$5"`;

/** The user that is made. Files are given to another user by root alone. */
const uid = process.getuid?.() === 0 ? 991 : process.getuid!();

const dscl = (state: string): string => `[ -f "${state}/users\${3#/Users}" ] || exit 56; cat "${state}/users\${3#/Users}"`;

/**
 * The programs of a machine's service manager and its list of users, as far as a service meets them: each is a program of its own, which
 * keeps what it was told in files.
 */
export const machinePrograms = () => {
  const root = mkdtempSync(join(tmpdir(), 'aleph-agent-service-'));
  const [bin, state, units] = ['bin', 'state', 'units'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [bin, state, units, join(state, 'users')]) mkdirSync(folder);
  writeFileSync(join(state, 'passwd'), '');
  const told = join(root, 'told');
  const kill = join(root, 'kill');
  const program = (name: string, text: string): void => {
    const strike = `[ -f '${kill}' ] && [ "$(cat '${kill}')" = "$struck $line" ] && kill -9 $PPID`;
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nline="${name} $*"\necho "$line" >>'${told}'\nstruck=before\n${strike}\n(${text}\n)\nexit=$?\nstruck=after\n${strike}\nexit $exit\n`,
    );
    chmodSync(join(bin, name), 0o755);
  };
  program('systemctl', systemctl(state, units));
  program('launchctl', launchctl(state));
  program('getent', getent(state));
  program('useradd', useradd(state));
  program('dscl', dscl(state));
  program('install', `while [ $# -gt 1 ]; do shift; done; mkdir -p "$1"`);
  const read = (path: string): string | null => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    root,
    state,
    uid,
    folders: { systemd: units, launchd: units, homes: join(root, 'homes'), run: join(root, 'run'), sockets: join(root, 'sockets') },
    env: { PATH: [bin, '/usr/bin', '/bin'].join(delimiter) },
    program,
    /** The lines that programs were called with, but those that only look. */
    changes: (): string[] =>
      (read(told) ?? '').split('\n').filter((line) => line !== '' && !/^(getent|dscl|systemctl show|launchctl print)/.test(line)),
    forget: () => rmSync(told, { force: true }),
    /** Kills whoever runs this line; null for nobody. */
    strike: (at: Strike | null) => (at === null ? rmSync(kill, { force: true }) : writeFileSync(kill, `${at.when} ${at.line}\n`)),
    /** The unit by which the safe runs now; null where it does not. */
    running: () => read(join(state, 'running')),
    isEnabled: () => read(join(state, 'enabled')) !== null,
    users: () => (read(join(state, 'passwd')) ?? '').split('\n').flatMap((line) => line.split(':')[0] || []),
    unit: (name: string) => read(join(units, name)),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
};
