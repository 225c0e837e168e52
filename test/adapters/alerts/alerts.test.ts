import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAlerts } from '../../../src/adapters/alerts/open-alerts.ts';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { Alert } from '../../../src/ports/host/alerts.ts';
import { seededRandom } from '../../support/test-context.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aleph-agent-alerts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const alert: Alert = {
  code: 'ONE_ENFORCER',
  message: 'Only one thing ends VM ci.',
  network: 'devnet',
  account: '0x1',
  vm: 'ab'.repeat(32),
  name: 'ci',
  at: '2026-12-01T14:00:00Z',
};

const open = (answer: () => Response | Promise<Response> = () => new Response('')) => {
  const sent: Request[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    sent.push(new Request(input, init));
    return answer();
  };
  const alerts = openAlerts({
    file: join(folder, 'alerts.json'),
    files: privateFiles(),
    clock: systemClock(),
    random: seededRandom(3),
    fetch: fetch as typeof globalThis.fetch,
  });
  return { alerts, sent };
};

const program = (body: string): string => {
  const path = join(folder, 'tell it');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
};

const codeOf = async (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown instanceof Failure ? thrown.code : 'not a failure'),
  );

describe('an alert command (issue 4 §2)', () => {
  it('XC-03 gets JSON on stdin, no argument, and nothing of our environment', async () => {
    const { alerts } = open();
    const command = program(`cat >"${folder}/in"; echo $# >"${folder}/count"; env >"${folder}/env"`);
    process.env['ALEPH_AGENT_PLANTED'] = 'secret';
    await alerts.choose({ command, url: null });
    expect(await alerts.deliver(alert)).toEqual([]);
    delete process.env['ALEPH_AGENT_PLANTED'];
    expect(JSON.parse(readFileSync(join(folder, 'in'), 'utf8'))).toEqual(alert);
    expect(readFileSync(join(folder, 'count'), 'utf8').trim()).toBe('0');
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toMatch(/ALEPH|HOME=/);
    expect(await alerts.target()).toEqual({ command, url: null });
  });

  it('is absolute and there; its failure is told', async () => {
    const { alerts } = open();
    expect(await codeOf(alerts.choose({ command: 'mail', url: null }))).toBe('USAGE');
    expect(await codeOf(alerts.choose({ command: join(folder, 'none'), url: null }))).toBe('USAGE');
    await alerts.choose({ command: program('exit 3'), url: null });
    expect(await alerts.deliver(alert)).toEqual(['command']);
  });
});

describe('an alert webhook', () => {
  it('is https, and gets an HMAC of exactly the body by the secret in our file', async () => {
    const { alerts, sent } = open();
    for (const url of ['http://example.org/', 'https://me:pw@example.org/', 'nonsense'])
      expect(await codeOf(alerts.choose({ command: null, url }))).toBe('USAGE');
    await alerts.choose({ command: null, url: 'https://example.org/hook' });
    expect(await alerts.deliver(alert)).toEqual([]);
    const { secret } = JSON.parse(readFileSync(await alerts.file(), 'utf8')) as { secret: string };
    const body = await sent[0]!.text();
    expect(JSON.parse(body)).toEqual(alert);
    expect(sent[0]!.headers.get('x-aleph-agent-signature')).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    expect(sent[0]!.redirect).toBe('error');
    expect(statSync(await alerts.file()).mode & 0o777).toBe(0o600);
  });

  it('that fails, or is not there, is told', async () => {
    const failing = open(() => new Response('', { status: 500 }));
    await failing.alerts.choose({ command: null, url: 'https://example.org/hook' });
    expect(await failing.alerts.deliver(alert)).toEqual(['url']);
    const silent = open(() => Promise.reject(new TypeError('fetch failed')));
    expect(await silent.alerts.deliver(alert)).toEqual(['url']);
  });
});

it('a file that others can write, or that is damaged, tells nobody', async () => {
  const { alerts } = open();
  await alerts.choose({ command: null, url: 'https://example.org/hook' });
  chmodSync(await alerts.file(), 0o666);
  expect(await codeOf(alerts.deliver(alert))).toBe('CONFIG_INVALID');
  chmodSync(await alerts.file(), 0o600);
  writeFileSync(await alerts.file(), '{');
  expect(await codeOf(alerts.target())).toBe('CONFIG_INVALID');
  await alerts.choose({ command: null, url: null }).catch(() => undefined);
});
