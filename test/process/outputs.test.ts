import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary, wordsOf } from '../support/binary.ts';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));

describe('what the environment does to a call', () => {
  let world: DevnetWorld;
  beforeAll(async () => {
    world = await devnetWorld('--nodes 3 --seed 7 --guests banner --clock waits');
    await world.must('keys create agent --unencrypted');
    await world.must('devnet fund 2');
  });
  afterAll(() => world.close());

  const intoFull = (line: string): { status: number | null; stderr: string } => {
    const full = openSync('/dev/full', 'w');
    const ran = spawnSync(process.execPath, [binary, ...wordsOf(line)], {
      env: world.env,
      cwd: world.cwd,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    return { status: ran.status, stderr: String(ran.stderr) };
  };

  it.runIf(existsSync('/dev/full'))(
    'S-09: an answer that cannot be written is one line and exit 1, and what was done is done',
    async () => {
      for (const line of ['--help', 'vm ls --offline --json', 'vm ls --offline', 'vm create full --no-wait --json']) {
        const { status, stderr } = intoFull(line);
        expect([line, status, stderr.trimEnd().split('\n').at(-1)]).toEqual([
          line,
          1,
          'error: The answer could not be written: no space is left where it goes (ENOSPC). What was done stays done: "aleph-agent ledger ls" shows it.',
        ]);
        expect(stderr).not.toMatch(/\n {4}at |node:internal/);
      }
      expect((await world.must('vm ls'))['items']).toMatchObject([{ name: 'full' }]);
    },
  );

  it('S-12: a certificate that nobody vouches for is not believed, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const asked: string[] = [];
    const server = createServer({ cert: fixture('lab.pem'), key: fixture('lab.key') }, ({ url }, response) => {
      asked.push(url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `https://localhost:${(server.address() as AddressInfo).port}`;
      await world.must(`config set networks.far.ccn ${url}`);
      await world.must(`config set networks.far.crnsList ${url}`);
      await world.must(`config set networks.far.scheduler ${url}`);
      await world.must('config set networks.far.private true');
      const env = { ALEPH_AGENT_NETWORK: 'far', ALEPH_AGENT_TIMEOUT: '20s', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const ran = await world.run('crns ls --json', { env });
      expect([ran.exit, ran.stderr, asked]).toEqual([6, '', []]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
