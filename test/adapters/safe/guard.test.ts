import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guardReport } from '../../../src/adapters/safe/guard.ts';
import { examineSafe } from '../../../src/lifecycle/doctor/examine-safe.ts';
import type { GuardReport } from '../../../src/ports/host/guard-report.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const { uid, username } = userInfo();
const nobody = { groups: null, processes: null };

describe('doctor --safe: who else gets into the house of a safe', () => {
  it('finds what others may change of the program, and each folder above it', () => {
    const folder = join(temporaryHome(), 'lib');
    const main = join(folder, 'main.js');
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(main, '', { mode: 0o644 });
    expect(guardReport([main], nobody).writable).toEqual([]);
    chmodSync(main, 0o666);
    expect(guardReport([main], nobody).writable).toEqual([{ path: main, why: 'others may write to it (666)' }]);
    chmodSync(main, 0o644);
    chmodSync(folder, 0o775);
    expect(guardReport([main], nobody).writable).toEqual([{ path: folder, why: 'others may write to it (775)' }]);
    // as /tmp is: nobody replaces there what is another's
    chmodSync(folder, 0o1777);
    expect(guardReport([main], nobody).writable).toEqual([]);
  });

  it('names who becomes root, but for root and the safe’s own user', () => {
    const groups = `root:x:0:\nsudo:x:27:alice,root,${username}\ndocker:x:999:ci\nusers:x:100:bob\nlxd:x:110:\n`;
    expect(guardReport([], { groups, processes: null }).rootLike).toEqual([
      { group: 'sudo', users: ['alice'] },
      { group: 'docker', users: ['ci'] },
    ]);
  });

  it('names agents that run as the safe’s user', () => {
    const processes = [
      { uid, name: 'claude' },
      { uid, name: 'claude' },
      { uid, name: 'bash' },
      { uid: uid + 1, name: 'codex' },
    ];
    expect(guardReport([], { groups: null, processes }).agents).toEqual(['claude']);
    expect(guardReport([], nobody).agents).toBeNull();
  });

  it('each thing found has a fix; a sound house has none', async () => {
    const examined = (guard: GuardReport) => examineSafe({ host: { safe: { guard: async () => guard } } } as never);
    const good: GuardReport = { user: 'safe', uid: 990, writable: [], rootLike: [], agents: [] };
    expect((await examined(good)).map(({ check, level }) => [check, level])).toEqual([
      ['user', 'ok'],
      ['program', 'ok'],
      ['root', 'ok'],
      ['agents', 'ok'],
    ]);
    const bad = await examined({
      ...good,
      uid: 0,
      writable: [{ path: '/opt/x y', why: 'others may write to it (777)' }],
      rootLike: [{ group: 'docker', users: ['ci'] }],
      agents: ['codex'],
    });
    expect(bad.map(({ check, level, fix }) => [check, level, fix?.actor])).toEqual([
      ['user', 'warn', 'human'],
      ['program', 'fail', 'human'],
      ['root', 'warn', 'human'],
      ['agents', 'fail', 'human'],
    ]);
    expect(bad[1]!.fix!.text).toContain("chmod go-w '/opt/x y'");
  });

  it('looks at this machine', () => {
    const { user, writable, agents } = guardReport([import.meta.filename, `${import.meta.dirname}/none`]);
    expect([user, Array.isArray(writable), agents === null || Array.isArray(agents)]).toEqual([username, true, true]);
  });
});
