import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Alert, Alerts, AlertTarget } from '../../ports/host/alerts.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Random } from '../../ports/random.ts';

const limitMs = 20_000;

const stored = z.strictObject({ command: z.string().nullable(), url: z.string().nullable(), secret: z.string() });

interface Means {
  file: string;
  files: PrivateFiles;
  clock: Clock;
  random: Random;
  fetch: typeof globalThis.fetch;
}

/** Alerts by a file of their own, which no setting reaches. */
export const openAlerts = ({ file, files, clock, random, fetch }: Means): Alerts => {
  const read = (): z.output<typeof stored> | null => {
    const found = files.read(file);
    if (found === null) return null;
    const parsed = stored.safeParse(jsonOf(new TextDecoder().decode(found.bytes)));
    if (parsed.success && !found.exposed) return parsed.data;
    throw new Failure('CONFIG_INVALID', `${file} cannot be used: ${found.exposed ? 'others can read or write it' : 'it is damaged'}.`, {
      facts: { path: file },
    });
  };
  return {
    file: async () => file,
    target: async () => {
      const { command = null, url = null } = read() ?? {};
      return { command, url };
    },
    check: async (target) => check(target),
    choose: async (target) => {
      check(target);
      if (target.command === null && target.url === null) return files.remove(file);
      const secret = read()?.secret ?? Buffer.from(random.bytes(32)).toString('hex');
      files.replace(file, `${JSON.stringify({ ...target, secret }, null, 2)}\n`);
    },
    deliver: async (alert) => {
      const known = read();
      if (known === null) return [];
      const text = JSON.stringify(alert);
      const tried: ['command' | 'url', Promise<boolean>][] = [];
      if (known.command !== null) tried.push(['command', run(known.command, text, clock)]);
      if (known.url !== null) tried.push(['url', post(fetch, known.url, text, known.secret, alert)]);
      const failed: ('command' | 'url')[] = [];
      for (const [name, done] of tried) if (!(await done)) failed.push(name);
      return failed;
    },
  };
};

const check = ({ command, url }: AlertTarget): void => {
  if (command !== null) {
    if (!isAbsolute(command)) throw new Failure('USAGE', `--alert-command "${command}": give an absolute path, without arguments.`);
    if (!isRunnable(command)) throw new Failure('USAGE', `--alert-command "${command}": there is no such program.`);
  }
  if (url !== null && !isHttps(url)) throw new Failure('USAGE', `--alert-url "${url}": give an https URL without a password in it.`);
};

const isRunnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const isHttps = (text: string): boolean => {
  try {
    const { protocol, username, password } = new URL(text);
    return protocol === 'https:' && username === '' && password === '';
  } catch {
    return false;
  }
};

/** Without a shell, without arguments, with nothing of our environment but the usual way to programs. */
const run = (command: string, text: string, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const over = new AbortController();
    const child = spawn(command, [], {
      shell: false,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const end = (good: boolean): void => {
      over.abort();
      resolve(good);
    };
    child.on('error', () => end(false)).on('close', (code) => end(code === 0));
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${text}\n`);
    clock.wait(limitMs, over.signal).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  });

/** `X-Aleph-Agent-Signature: sha256=…`, an HMAC of exactly the body by the secret in the file. */
const post = async (fetch: typeof globalThis.fetch, url: string, body: string, secret: string, { at }: Alert): Promise<boolean> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
      headers: {
        'content-type': 'application/json',
        'x-aleph-agent-time': at,
        'x-aleph-agent-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};
