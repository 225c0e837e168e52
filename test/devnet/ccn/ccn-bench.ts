import type { CcnOptions } from '../../../src/devnet/ccn/create-ccn.ts';
import { createCcn } from '../../../src/devnet/ccn/create-ccn.ts';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import { signMessage } from '../../../src/devnet/ccn/signature.ts';
import { createFaults } from '../../../src/devnet/http/faults.ts';
import { namedAccount } from '../../../src/devnet/world/accounts.ts';
import { createClock } from '../../../src/devnet/world/clock.ts';
import { createRandom } from '../../../src/devnet/world/random.ts';

export const START = Date.parse('2026-11-20T12:00:00Z');
export const DEBIAN = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
export const alice = namedAccount({ seed: 7, secret: null }, 'alice');
export const bob = namedAccount({ seed: 7, secret: null }, 'bob');

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  body: any;
  headers: Headers;
}

/** Two CCN hosts on a standing clock, and how one talks to them. */
export const ccnBench = (options: Partial<CcnOptions> = {}, at = START) => {
  const clock = createClock(at);
  const random = createRandom(7);
  const faults = createFaults(random.fork('faults'));
  const ccn = createCcn({ clock, random, faults, operator: namedAccount({ seed: 7, secret: null }, 'operator'), ...options });

  const ask = async (path: string, init: RequestInit = {}, host: 'a' | 'b' = 'a'): Promise<Answer> => {
    const response = await clock.drive(Promise.resolve(ccn.app(host).request(path, init)));
    const text = await response.text();
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // Text it is.
    }
    return { status: response.status, body, headers: response.headers };
  };
  const get = (path: string, host?: 'a' | 'b'): Promise<Answer> => ask(path, {}, host);
  const post = (path: string, body: unknown, host?: 'a' | 'b'): Promise<Answer> =>
    ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, host);
  const publish = (message: unknown, { sync = true, host = 'a' as 'a' | 'b' } = {}): Promise<Answer> =>
    post('/api/v0/messages', { sync, message }, host);
  return { clock, faults, ccn, get, post, publish };
};

let steps = 0;

/** A signed message; `time` in seconds, each call a little later than the last. */
export const signed = (
  type: 'POST' | 'AGGREGATE' | 'STORE' | 'INSTANCE' | 'FORGET' | 'V-PROGRAM',
  content: Record<string, unknown>,
  {
    by = alice,
    owner = by.address,
    channel = 'TEST',
    time = START / 1000,
  }: { by?: typeof alice; owner?: string; channel?: string; time?: number } = {},
) => {
  steps++;
  const at = time + steps / 1000;
  const text = JSON.stringify({ address: owner, time: at, ...content });
  const head = { sender: by.address, chain: 'ETH', type, item_hash: sha256Hex(text) };
  return { ...head, signature: signMessage(head, by.privateKey), item_type: 'inline', item_content: text, time: at, channel };
};

export const instanceContent = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  allow_amend: false,
  environment: { internet: true, aleph_api: true, hypervisor: 'qemu' },
  resources: { vcpus: 1, memory: 2048, seconds: 30 },
  payment: { chain: 'ETH', type: 'credit' },
  requirements: { node: { node_hash: 'ab'.repeat(32) } },
  rootfs: { parent: { ref: DEBIAN, use_latest: true }, persistence: 'host', size_mib: 20_480 },
  authorized_keys: ['ssh-ed25519 AAAA test'],
  ...change,
});
