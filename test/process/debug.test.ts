import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracedFetch } from '../../src/adapters/host/traced-fetch.ts';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';

describe('--debug', () => {
  let world: DevnetWorld;
  beforeAll(async () => {
    world = await devnetWorld('--nodes 6 --seed 7 --guests exec --clock waits');
    await world.must('keys create agent --passphrase-file -', { stdin: 'a planted passphrase\n' });
    await world.must('devnet fund 5');
  });
  afterAll(() => world.close());
  const lines = (stderr: string): string[] => stderr.split('\n').filter((line) => line !== '');

  it('traces every request and ssh call of a create on stderr, with its operation, and no secret', async () => {
    const ran = await world.run('vm create ci --ttl 1h --json --debug --passphrase-file -', { stdin: 'a planted passphrase\n' });
    expect(ran.exit).toBe(0);
    const { meta } = JSON.parse(ran.stdout) as { meta: { operation: string } };
    const traced = lines(ran.stderr);
    expect(traced.every((line) => line.startsWith('debug: '))).toBe(true);
    expect(traced).toContainEqual(expect.stringMatching(/^debug: request \d+: GET http:\/\/127\.0\.0\.1:\d+\/\S* \d{3} \d+ B \d+ ms$/));
    const post = new RegExp(`^debug: ${meta.operation} request \\d+: POST http\\S*/api/v0/messages sent \\d+ B 20\\d \\d+ B \\d+ ms$`);
    expect(traced).toContainEqual(expect.stringMatching(post));
    expect(traced).toContainEqual(expect.stringMatching(/^debug: op_\w+ ssh banner of 127\.0\.0\.1:\d+: ssh \d+ ms$/));
    expect(traced).toContainEqual(expect.stringMatching(/\(try 2\): /));

    const stored = ['ledger.sqlite', 'ledger.sqlite-wal'].map((file) => join(world.folder, file)).filter(existsSync);
    const signed = stored.flatMap((file) => readFileSync(file, 'latin1').match(/0x[0-9a-f]{130}/g) ?? []);
    expect(signed.length).toBeGreaterThan(0);
    for (const signature of signed) expect(ran.stderr + ran.stdout).not.toContain(signature);
    expect(ran.stderr).not.toMatch(/planted passphrase|[0-9a-f]{120}/);
  });

  it('tells of a command in a VM that it ran, and not what it was', async () => {
    const ran = await world.run('vm exec ci --json --debug -- echo a-planted-word');
    expect(ran.exit).toBe(0);
    expect(ran.stderr).toMatch(/^debug: (op_\w+ )?ssh command in VM [0-9a-f]{12} at 127\.0\.0\.1:\d+: exit 0 \d+ ms$/m);
    expect(ran.stderr).not.toContain('a-planted-word');
  });

  it('tells of what did not answer, and of each further try', async () => {
    await world.must('devnet fault ccn drop-before');
    const ran = await world.run('credits balance --json --debug');
    await world.must('devnet fault clear');
    expect(ran.exit).toBe(6);
    expect(ran.stderr).toMatch(/no answer \(\w+\)/);
    expect(ran.stderr).toMatch(/\(try 2\)/);
  });

  it('is the only thing that puts anything on stderr in JSON mode', async () => {
    for (const line of ['vm ls --json', 'crns ls --json', 'credits balance --json', 'vm dance --json', 'vm show nobody --json']) {
      expect((await world.run(line)).stderr).toBe('');
    }
  });
});

describe('a traced URL', () => {
  const trace = async (url: string, init?: RequestInit, hostOnly = false): Promise<string> => {
    let told = '';
    const answer = async (): Promise<Response> => new Response('{}', { status: 200 });
    const response = await tracedFetch(answer as typeof fetch, {
      hostOnly,
      trace: (line) => {
        told = line;
      },
    })(url, init);
    await response.text();
    return told;
  };

  it('has no password, token or signature in it, and keeps hashes', async () => {
    const hash = 'ab'.repeat(32);
    const told = await trace(`https://user:hunter2@a.example/x/${hash}/0x${'cd'.repeat(65)}?token=hunter2&signature=hunter2&page=2`, {
      method: 'POST',
      headers: { authorization: 'hunter2' },
      body: 'hunter2',
    });
    expect(told).not.toMatch(/hunter2|cdcd/);
    expect(told).toContain(`POST https://a.example/x/${hash}/(hidden)?token=(hidden)&signature=(hidden)&page=2 sent 7 B 200 2 B`);
  });

  it('is its host alone where the path may be a password', async () => {
    expect(await trace('https://a.example/v2/hunter2', {}, true)).toMatch(/^request 1: GET https:\/\/a\.example 200 2 B/);
  });
});
