import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Machine, osUsers } from '../../../src/main/ground/os-users.ts';
import type { NoUsers } from '../../../src/ports/host/proving-ground.ts';

const pid = 4711;
const root = mkdtempSync(join(tmpdir(), 'aleph-agent-false-machine-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What of this machine's programs is false: each writes down how it was called. */
interface FalseMachine {
  passwd?: string;
  group?: string;
  /** /proc/PID/status by PID. */
  processes?: Readonly<Record<number, string>>;
  /** What `id` does; usually it says what useradd was told. */
  id?: string;
}

const asTold = `case $1 in -u) field=3;; -g) field=4;; esac; grep "^$2:" '${root}/etc/passwd' | cut -d: -f$field`;

const falseMachine = ({ passwd = '', group = '', processes = {}, id = asTold }: FalseMachine) => {
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  const bin = (name: string, does = ''): void => put(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> '${root}/calls'\n${does}\n`);
  put('etc/passwd', passwd);
  put('etc/group', group);
  put('proc/self', '');
  for (const [process, status] of Object.entries(processes)) put(`proc/${process}/status`, status);
  bin('useradd', `[ "$1" = --help ] || echo "$8:x:$2:$4::/:/bin/sh" >> '${root}/etc/passwd'`);
  for (const name of ['groupadd', 'userdel', 'groupdel', 'pkill']) bin(name);
  bin('id', id);
  const machine: Machine = {
    pid,
    platform: 'linux',
    execPath: '/bin/sh',
    getuid: () => 0,
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin` },
  };
  const users = osUsers(machine, '/bin/sh', root);
  const calls = (name: string): string[] =>
    existsSync(join(root, 'calls'))
      ? readFileSync(join(root, 'calls'), 'utf8')
          .split('\n')
          .filter((call) => call.startsWith(`${name} `))
      : [];
  return { users, calls, machine };
};

test('a user has an id that no user, no group and no process has, as a container has some that no file names', () => {
  const taken = { passwd: 61_711, group: 61_712, process: 61_713, groups: 61_714 };
  const { users, calls } = falseMachine({
    passwd: `root:x:0:0::/root:/bin/sh\nother:x:${taken.passwd}:100::/:/bin/sh\n`,
    group: `root:x:0:\nothers:x:${taken.group}:\n`,
    processes: {
      1: 'Name:\tinit\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \n',
      77: `Name:\tpostgres\nUid:\t${taken.process}\t1001\t1001\t1001\nGid:\t1001\t1001\t1001\t1001\nGroups:\t1001 ${taken.groups} \n`,
    },
  });
  expect(users.make(2)).toEqual([
    { name: 'aatrial4711x1', uid: 61_715, gid: 61_715 },
    { name: 'aatrial4711x2', uid: 61_716, gid: 61_716 },
  ]);
  expect(calls('groupadd')).toEqual(['groupadd --gid 61715 aatrial4711x1', 'groupadd --gid 61716 aatrial4711x2']);
});

test('no process is ended by its user: the users go, and nothing else', () => {
  const { users, calls } = falseMachine({});
  users.make(2);
  users.remove();
  expect(calls('pkill')).toEqual([]);
  expect(calls('userdel')).toEqual(['userdel --force aatrial4711x1', 'userdel --force aatrial4711x2']);
  expect(calls('groupdel')).toEqual(['groupdel aatrial4711x1', 'groupdel aatrial4711x2']);
});

test.each([
  ['does not run', 'exit 1', 'none'],
  ['says nothing', '', 'none'],
  ['says root', 'echo 0', '0'],
  ['says no number', 'echo nobody', 'nobody'],
  ['says another one', 'echo 1001', '1001'],
])('where `id` %s there is no user, never root', (_what, id, read) => {
  const { users, calls } = falseMachine({ id });
  const { why } = users.make(2) as NoUsers;
  expect(why).toMatch(/^aatrial4711x1 was made with the ids 6\d{4} and 6\d{4}, and `id` reads/);
  expect(why).toContain(read);
  users.remove();
  expect(calls('userdel')).toEqual(['userdel --force aatrial4711x1']);
});

test('where useradd refuses the id, it is said, and the group goes again', () => {
  const { users, calls } = falseMachine({});
  writeFileSync(join(root, 'bin/useradd'), '#!/bin/sh\n[ "$1" = --help ]\n');
  expect(users.make(2)).toEqual({
    why: expect.stringMatching(/^useradd could not make aatrial4711x1 with the id 6\d{4}$/),
    rootCan: false,
  });
  users.remove();
  expect(calls('groupdel')).toEqual(['groupdel aatrial4711x1']);
});

test('where all ids are taken, none is made', () => {
  const all = Array.from({ length: 3_999 }, (_, nth) => `u${nth}:x:${61_000 + nth}:100::/:/bin/sh`);
  const { users, calls } = falseMachine({ passwd: all.join('\n') });
  expect(users.make(2)).toEqual({ why: 'each id for a user of a trial is taken', rootCan: false });
  expect(calls('groupadd')).toEqual([]);
});

test('who is still there once it was to be taken away is named', () => {
  const { users } = falseMachine({});
  users.make(2);
  writeFileSync(join(root, 'bin/userdel'), `#!/bin/sh\n[ "$2" = aatrial4711x2 ] || sed -i "/^$2:/d" '${root}/etc/passwd'\n`);
  expect(users.remove()).toEqual(['aatrial4711x2']);
});

test.each<[string, Partial<Machine>, Partial<NoUsers>]>([
  ['root is missing', { getuid: () => 1000 }, { why: 'making OS users takes root', rootCan: true }],
  ['the system has no useradd', { platform: 'darwin', getuid: () => 1000 }, { rootCan: false }],
  ['other users cannot run the program', { getuid: () => 1000, execPath: '/nowhere/node' }, { rootCan: false }],
])('where %s, root is named only where it is all that is missing', (_what, more, refusal) => {
  const { machine } = falseMachine({});
  expect(osUsers({ ...machine, ...more }, '/bin/sh', root).make(2)).toMatchObject(refusal);
});

test('users of a killed run go first: not those of a run that lives, and none that only look alike', () => {
  const row = (name: string, nth: number): string => `${name}:x:${62_000 + nth}:100::/:/bin/sh`;
  const names = [
    'aatrial999x1',
    'aatrial999x2',
    'aatrial88x1',
    'aatrial0x1',
    'aatrialx1',
    'aatrial999x1b',
    'myaatrial999x1',
    'aatrial4711x1',
  ];
  const { users, calls } = falseMachine({
    passwd: names.map(row).join('\n'),
    group: 'aatrial500x1:x:62100:',
    processes: { 88: 'Uid:\t0\n' },
  });
  users.make(1);
  expect(calls('userdel')).toEqual(
    ['aatrial999x1', 'aatrial999x2', 'aatrial4711x1', 'aatrial500x1'].map((name) => `userdel --force ${name}`),
  );
});
