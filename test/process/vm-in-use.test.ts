import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../support/binary.ts';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';
import { atTerminal as atPty, keys } from '../support/terminal.ts';

interface Document {
  ok: boolean;
  data: Record<string, unknown> & { items: { port: number; hostPort: number; state: string; protocols: string[] }[] };
  error: Record<string, unknown> & { fix: { command: string | null } };
  warnings: { code: string }[];
}

let world: DevnetWorld;
beforeAll(async () => {
  world = await devnetWorld();
  await world.must('keys create agent --unencrypted');
  await world.must('devnet fund 20');
  await world.must('vm create ci --cu 1 --ttl 6h');
});
afterAll(() => world.close());

/** What people see of a line that ends with 0. */
const shownBy = async (line: string): Promise<string> => {
  const ran = await world.run(line);
  expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
  return ran.stdout;
};

const json = async (line: string | string[]): Promise<Document & { exit: number | null }> => {
  const ran = await world.run(line, { env: { ALEPH_AGENT_OUTPUT: 'json' } });
  expect(ran.stderr).toBe('');
  const document = JSON.parse(ran.stdout) as Document;
  return { ...document, exit: ran.exit };
};

/** Types at a terminal of its own, by util-linux's script; resolves with what was shown and the exit code. */
const atTerminal = (line: string, typed: string): Promise<{ shown: string; exit: number }> =>
  new Promise((settle) => {
    const words = [process.execPath, binary, ...line.split(' ')].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', words, '/dev/null'], { env: { ...world.env, TERM: 'xterm' }, cwd: world.cwd });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      // The guest's shell has no prompt: what was typed is echoed by ours, so nothing needs to be waited for.
    });
    child.stdin.write(typed);
    child.on('close', (exit) => settle({ shown, exit: exit ?? -1 }));
  });

describe('vm exec', () => {
  it('passes the exit code through, and keeps both streams apart as untrusted text', async () => {
    const ran = await json(['vm', 'exec', 'ci', '--', 'sh', '-c', 'printf "\\033[31mred\\033[0m"; echo err >&2; exit 7']);
    expect(ran).toMatchObject({
      exit: 7,
      ok: true,
      data: { exitCode: 7, untrustedStdout: 'red', untrustedStderr: 'err\n', truncated: false },
    });
  });

  it('streams in text mode, with stdin only where asked', async () => {
    expect(await world.run('vm exec ci -- cat', { stdin: 'typed' })).toMatchObject({ exit: 0, stdout: '' });
    expect(await world.run('vm exec ci -i -- cat', { stdin: 'typed' })).toMatchObject({ exit: 0, stdout: 'typed' });
  });

  it('keeps the end of long output and says so', async () => {
    const ran = await json(['vm', 'exec', 'ci', '--max-bytes', '20', '--', 'seq', '1', '5000']);
    expect(ran).toMatchObject({
      data: { untrustedStdout: '4997\n4998\n4999\n5000\n', truncated: true },
      warnings: [{ code: 'OUTPUT_TRUNCATED' }],
    });
  });

  it('ends at its timeout with 125', async () => {
    expect(await json('vm exec ci --timeout 2s -- sleep 600')).toMatchObject({
      exit: 125,
      error: { code: 'EXEC_FAILED', sideEffects: 'unknown', facts: { reason: 'timeout' } },
    });
  });
});

describe('host keys', () => {
  it("are pinned from the node's console before first contact", async () => {
    expect((await json('vm show ci')).data).toMatchObject({ hostKeyTrust: 'console' });
  });

  it('that changed are refused by everything that uses SSH, and nothing is sent (XA-18, A-096)', async () => {
    await world.must('devnet fault crn other-host-key');
    try {
      for (const line of ['vm exec ci -- touch never', 'vm cp ci:never never', 'vm cp . ci:never']) {
        expect(await json(line)).toMatchObject({ exit: 125, error: { code: 'HOST_KEY_CHANGED', sideEffects: 'none', retryable: false } });
      }
    } finally {
      await world.must('devnet fault clear');
    }
    expect(await json('vm exec ci -- ls never')).toMatchObject({ exit: 2 });
  });
});

describe('vm ssh', () => {
  it('needs a terminal, and names vm exec', async () => {
    const fix = { actor: 'agent', command: 'aleph-agent vm exec --help' };
    expect(await json('vm ssh ci')).toMatchObject({ exit: 2, error: { code: 'USAGE', fix } });
    expect(await world.run('vm ssh ci')).toMatchObject({ exit: 2, stdout: '' });
  });

  it.skipIf(spawnSync('script', ['--version']).status !== 0)(
    'hands the terminal over, with arguments of ssh, and gives the exit code back',
    async () => {
      const { shown, exit } = await atTerminal('vm ssh ci', 'echo in-$((40 + 2)); exit 3\n');
      expect(shown).toContain('in-42');
      expect(exit).toBe(3);
      expect(await atTerminal('vm ssh ci -- -q echo further', '')).toMatchObject({ shown: expect.stringContaining('further'), exit: 0 });
    },
  );

  it.skipIf(spawnSync('script', ['--version']).status !== 0)(
    'I-03 is a shell on a terminal, where Enter works; before it one line says where it connects and what ends it',
    async () => {
      const terminal = atPty('vm ssh ci', { env: world.env, cwd: world.cwd, columns: 100, rows: 30 });
      await terminal.shows(/[#$]\s*$/);
      terminal.press(`test -t 0 && stty size${keys.enter}`);
      await terminal.shows(/^30 100$/m);
      terminal.press(`exit 3${keys.enter}`);
      expect(await terminal.exit).toBe(3);
      expect(terminal.whole()).toMatch(/^Connecting to ci as root at 127\.0\.0\.1, port \d+\. .*"~\."/);
    },
  );
});

describe('vm logs', () => {
  it('shows the console without escapes, fenced for people, and its end', async () => {
    const stdout = await shownBy('vm logs ci');
    expect(stdout).toMatch(/^<<< untrusted ([0-9a-f]{12})\nBooting from Hard Disk\.\.\.\n[\s\S]*\n>>> \1\n$/);
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    const tail = await json('vm logs ci --tail 1');
    expect(tail.data).toMatchObject({
      lines: 1,
      truncated: false,
      untrustedLog: '-----END SSH HOST KEY KEYS-----',
      hostKeyTrust: 'console',
    });
    expect(await json('vm logs ci --max-bytes 40')).toMatchObject({
      data: { lines: 1, truncated: true },
      warnings: [{ code: 'OUTPUT_TRUNCATED' }],
    });
  });

  it('follows to the timeout, what boots meanwhile included', async () => {
    await world.must('vm create late --cu 1 --ttl 1h');
    const followed = await json('vm logs late -f --tail 1 --timeout 1m');
    expect(followed.data['untrustedLog']).toMatch(/-----END SSH HOST KEY KEYS-----$/);
    expect(await shownBy('vm logs late --follow --tail 1 --timeout 5s')).toMatch(/^<<< untrusted (\w+)\n.*\n>>> \1\n$/);
    await world.must('vm destroy late');
    // past runs are there still
    expect((await json('vm logs late --tail 1')).exit).toBe(0);
  });

  it('says that the node does not give it', async () => {
    await world.must('devnet fault crn status 500 path=/logs');
    expect(await json('vm logs ci')).toMatchObject({ exit: 6, error: { code: 'NODE_UNAVAILABLE', facts: { reason: 'unreachable' } } });
    await world.must('devnet fault clear');
  });
});

describe('vm port', () => {
  it('opens, lists and closes ports; a forwarded port reaches what listens in the VM', async () => {
    const server = createServer((_request, response) => response.end('from inside'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as AddressInfo;
      const added = await json(`vm port add ci ${port} 5353/udp`);
      expect(added).toMatchObject({ exit: 0, data: { changed: true } });
      const row = added.data.items.find((item) => item.port === port)!;
      expect(row).toMatchObject({ protocols: ['tcp'], state: 'open' });
      expect(await (await fetch(`http://127.0.0.1:${row.hostPort}/`)).text()).toBe('from inside');
      expect((await json(`vm port add ci ${port}`)).data).toMatchObject({ changed: false });
      expect((await json('vm port add ci 5353')).data.items.find((item) => item.port === 5353)?.protocols).toEqual(['tcp', 'udp']);
      expect((await json('vm port ls ci')).data.items.map((item) => item.port)).toEqual([22, 5353, port].sort((a, b) => a - b));
      expect((await json(`vm port rm ci ${port} 5353/tcp`)).data).toMatchObject({ changed: true });
      const left = (await json('vm port ls ci')).data.items;
      expect(left.map((item) => [item.port, item.protocols])).toEqual([
        [22, ['tcp']],
        [5353, ['udp']],
      ]);
      await expect(fetch(`http://127.0.0.1:${row.hostPort}/`)).rejects.toThrow();
      expect((await json('vm port rm ci 5353/udp')).data.items).toHaveLength(1);
    } finally {
      server.close();
    }
  });

  it('refuses ports that are none, more than twenty, and closing SSH', async () => {
    expect(await json('vm port add ci 70000')).toMatchObject({
      exit: 2,
      error: { code: 'USAGE', message: expect.stringContaining('"70000"') },
    });
    expect(await json('vm port rm ci 22')).toMatchObject({ exit: 2 });
    const twenty = Array.from({ length: 20 }, (_, index) => String(20_000 + index));
    expect((await json(['vm', 'port', 'add', 'ci', ...twenty])).exit).toBe(0);
    expect(await json('vm port add ci 20020')).toMatchObject({
      exit: 2,
      error: { code: 'USAGE', message: 'VM ci would have 21 forwarded ports; 20 are the most.' },
    });
    expect((await json(['vm', 'port', 'rm', 'ci', ...twenty])).exit).toBe(0);
  });

  it('says what is unknown while the node is silent', async () => {
    await world.must('devnet fault crn dead');
    expect((await json('vm port ls ci')).warnings).toMatchObject([{ code: 'NODE_SILENT' }]);
    await world.must('devnet fault clear');
  });
});

describe('vm cp', () => {
  const here = (...parts: string[]): string => join(world.cwd, ...parts);

  it('copies folders and files there and back, whole', async () => {
    mkdirSync(here('out', 'sub'), { recursive: true });
    writeFileSync(here('out', 'sub', 'large'), Buffer.alloc(2_000_001, 'xyz'));
    writeFileSync(here('out', 'a b'), 'space');
    expect(await json('vm cp out ci:there')).toMatchObject({
      exit: 0,
      data: { target: 'ci:there', files: 2, folders: 2, bytes: 2_000_006 },
    });
    expect(await json('vm cp ci:there back')).toMatchObject({ exit: 0, data: { target: here('back'), files: 2 } });
    expect(spawnSync('diff', ['-r', here('out'), here('back')]).status).toBe(0);
    await world.must(['vm', 'cp', 'ci:there/a b', '.']);
    expect(readFileSync(here('a b'), 'utf8')).toBe('space');
    // into a folder that is there
    await world.must('vm cp out/sub/large ci:there');
    expect(await shownBy('vm exec ci -- ls there')).toBe('a b\nlarge\nsub\n');
  });

  it('refuses links and keeps nothing, or leaves them out', async () => {
    await world.must('vm exec ci -- sh -c "mkdir -p linked && echo x > linked/file && ln -sf /etc/passwd linked/evil"');
    const before = readdirSync(world.cwd);
    const refused = await json('vm cp ci:linked linked');
    expect(refused).toMatchObject({
      exit: 125,
      error: { code: 'COPY_FAILED', facts: { reason: 'refused', untrustedPath: 'linked/evil' } },
    });
    expect(readdirSync(world.cwd)).toEqual(before);
    expect(await json('vm cp ci:linked linked --skip-links')).toMatchObject({ data: { files: 1, linksLeftOut: 1 } });
    symlinkSync('file', here('linked', 'mine'));
    expect(await json('vm cp linked ci:mine')).toMatchObject({ exit: 125, error: { code: 'COPY_FAILED' } });
    expect(await shownBy('vm exec ci -- ls -A')).not.toMatch(/mine|aleph-agent-/);
  });

  it('refuses more than --max-mib, what is not there, and folders over folders', async () => {
    await world.must('vm exec ci -- sh -c "head -c 1100000 /dev/zero > big; mkdir -p folder/big"');
    expect(await json('vm cp ci:big small --max-mib 1')).toMatchObject({ exit: 125, error: { facts: { reason: 'tooLarge' } } });
    expect(await json('vm cp ci:nothing small')).toMatchObject({
      exit: 125,
      error: {
        code: 'COPY_FAILED',
        message: expect.stringMatching(/there is no such path.* The path in the VM is "nothing"\.$/),
        facts: { exitCode: 66, side: 'vm', path: 'nothing' },
      },
    });
    expect(await json('vm cp a ci:b ')).toMatchObject({ exit: 2 });
    writeFileSync(here('big'), 'x');
    expect(await json('vm cp big ci:folder')).toMatchObject({ exit: 125, error: { facts: { exitCode: 73 } } });
    expect(await json('vm cp big ci:no/where')).toMatchObject({ exit: 125, error: { facts: { exitCode: 66, path: 'no/where' } } });
    expect(await json('vm cp big there')).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
    expect(await json('vm cp ci:a ci:b')).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
    expect(await json('vm cp ci:.. there')).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
  });
});

describe('a VM that is not there', () => {
  it.each(['vm exec no -- true', 'vm logs no', 'vm port ls no', 'vm port add no 80', 'vm cp no:a b'])('%s', async (line) => {
    expect(await json(line)).toMatchObject({ exit: 3, error: { code: 'VM_NOT_FOUND' } });
  });
});
