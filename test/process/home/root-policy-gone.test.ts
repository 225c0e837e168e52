import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../../support/binary.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

/** Only root may put another /etc before the program, in a mount namespace of its own. Elsewhere this is skipped, and said to be. */
const isRoot = process.getuid?.() === 0;
const mayMount = isRoot && spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

describe('the machine’s own policy, hidden by the agent', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let etc: string;
  beforeAll(async () => {
    if (!mayMount) return;
    devnet = await startDevnet({ nodes: 3 });
    home = await devnet.home('5');
    etc = join(home.cwd, 'etc');
    mkdirSync(join(etc, 'aleph-agent'), { recursive: true, mode: 0o755 });
    writeFileSync(join(etc, 'aleph-agent', 'policy.json'), JSON.stringify({ limits: { maxVms: 2 } }));
  });
  afterAll(() => devnet?.close());

  /** Runs a line where this /etc is the machine's; `hidden`: as the agent runs it, who lays an empty folder over the policy's. */
  const run = (line: string, hidden: boolean): { ok: boolean; error?: { code: string; message: string } } => {
    const inner = `exec ${hidden ? `unshare -Urm sh -c 'mount -t tmpfs none /etc/aleph-agent && exec "$@"' sh ` : ''}"$@"`;
    const script = `mount --bind "$1" /etc && shift && ${inner}`;
    const words = [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      script,
      'sh',
      etc,
      process.execPath,
      binary,
      ...line.split(' '),
      '--json',
    ];
    const ran = spawnSync('unshare', words, { env: home.env, cwd: home.cwd, encoding: 'utf8' });
    return JSON.parse(ran.stdout) as ReturnType<typeof run>;
  };

  it.runIf(mayMount)(
    'S-28 is missed: nothing is spent in a mount namespace without it, and what was spent under it counts (root only)',
    () => {
      expect(run('vm create one --ttl 1h --no-wait', false)).toMatchObject({ ok: true });
      expect(run('vm create two --ttl 1h --no-wait', true)).toMatchObject({
        ok: false,
        error: { code: 'CONFIG_INVALID', message: expect.stringContaining('The machine had a policy of its own') },
      });
      expect(run('vm create two --ttl 1h --no-wait', false)).toMatchObject({ ok: true });
    },
  );
});
