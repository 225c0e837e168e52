import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { ethers } from 'ethers';
import { createDevnet, type Devnet, type DevnetOptions } from '../../../src/devnet/create-devnet.ts';

export const startAt = Date.parse('2026-11-20T12:00:00Z');

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

export const newDevnet = (options: Partial<DevnetOptions> = {}): Devnet =>
  createDevnet({ seed: 7, nodes: 12, at: startAt, guests: 'none', ...options });

export type Account = { address: string; privateKey: string };

const signed = (account: Account, type: string, content: Record<string, unknown>, time: number) => {
  const item_content = JSON.stringify(content);
  const item_hash = createHash('sha256').update(item_content).digest('hex');
  const buffer = ['ETH', account.address, type, item_hash].join('\n');
  const digest = ethers.utils.hashMessage(buffer);
  const signature = ethers.utils.joinSignature(new ethers.utils.SigningKey(account.privateKey).signDigest(digest));
  return { sender: account.address, chain: 'ETH', signature, type, item_type: 'inline', item_content, item_hash, time, channel: 'TEST' };
};

export interface World {
  devnet: Devnet;
  account: Account;
  /** Awaits it while the clock jumps from one due task to the next. */
  run<T>(promise: Promise<T>): Promise<T>;
  get(url: string): Promise<Response>;
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  message(type: string, content: Record<string, unknown>, account?: Account): Promise<string>;
  instance(node: number | null, more?: Record<string, unknown>, account?: Account): Promise<string>;
  forget(hash: string): Promise<void>;
  notify(node: number, hash: string): Promise<Response>;
  operate(node: number, hash: string, operation: string, account?: Account, query?: string, method?: string): Promise<Response>;
  list(node: number): Promise<Record<string, ListedVm>>;
}

export interface ListedVm {
  networking: Record<string, string> & { mapped_ports?: Record<string, { host: number; tcp: boolean; udp: boolean }> };
  status: Record<string, string | null>;
  running: boolean;
}

const hex = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** The two headers of an owner's call, signed as a client would. */
export const operatorHeaders = (account: Account, domain: string, method: string, path: string, now: number): Record<string, string> => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const expires = new Date(now + 3_600_000).toISOString();
  const pubkey = hex({
    pubkey: publicKey.export({ format: 'jwk' }),
    alg: 'ECDSA',
    domain,
    address: account.address,
    expires,
    chain: 'ETH',
  });
  const digest = ethers.utils.hashMessage(pubkey);
  const wallet = ethers.utils.joinSignature(new ethers.utils.SigningKey(account.privateKey).signDigest(digest));
  const operation = hex({ time: new Date(now).toISOString(), method, path, domain });
  const signature = sign('sha256', operation, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    'X-SignedPubKey': JSON.stringify({ payload: pubkey.toString('hex'), signature: wallet }),
    'X-SignedOperation': JSON.stringify({ payload: operation.toString('hex'), signature: signature.toString('hex') }),
  };
};

/** What a client does to a devnet: in process on a clock that jumps, or over HTTP on one that runs by itself. */
export const createWorld = (devnet: Devnet = newDevnet(), { ticking = false } = {}): World => {
  const account = devnet.accounts[0]!;
  const run = <T>(promise: Promise<T>): Promise<T> => (ticking ? promise : devnet.clock.drive(promise));
  const get = (url: string) => run(devnet.fetch(url));
  const post = (url: string, body?: unknown, headers: Record<string, string> = {}) =>
    run(
      devnet.fetch(url, {
        method: 'POST',
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  const crn = (node: number) => devnet.crns[node]!;
  const message: World['message'] = async (type, content, by = account) => {
    const time = devnet.clock.now() / 1000;
    const envelope = signed(by, type, { address: by.address, time, ...content }, time);
    const response = await post(`${devnet.origins.ccnA}/api/v0/messages`, { sync: true, message: envelope });
    if (response.status !== 200) throw new Error(`${type} was not taken: ${response.status} ${await response.text()}`);
    return envelope.item_hash;
  };
  return {
    devnet,
    account,
    run,
    get,
    post,
    message,
    instance: (node, more = {}, by) =>
      message(
        'INSTANCE',
        {
          allow_amend: false,
          metadata: { name: 'test' },
          authorized_keys: [],
          environment: { internet: true, aleph_api: true, reproducible: false, shared_cache: false, hypervisor: 'qemu' },
          resources: { vcpus: 1, memory: 2048, seconds: 30 },
          payment: { type: 'credit' },
          ...(node === null ? {} : { requirements: { node: { node_hash: crn(node).spec.hash } } }),
          volumes: [],
          rootfs: { parent: { ref: image, use_latest: true }, persistence: 'host', size_mib: 20_480 },
          ...more,
        },
        by,
      ),
    forget: async (hash) => void (await message('FORGET', { hashes: [hash], aggregates: [] })),
    notify: (node, hash) => post(`${crn(node).address}/control/allocation/notify`, { instance: hash }),
    operate: (node, hash, operation, by = account, query = '', method = 'POST') => {
      const path = `/control/machine/${hash}/${operation}`;
      const headers = operatorHeaders(by, crn(node).domain, method, path, devnet.clock.now());
      return run(devnet.fetch(`${crn(node).address}${path}${query}`, { method, headers }));
    },
    list: async (node) => (await get(`${crn(node).address}/v2/about/executions/list`)).json() as Promise<Record<string, ListedVm>>,
  };
};

/** Indexes of the sound nodes of the first three: G2, G1, G2. */
export const g2 = 0;
export const g1 = 1;
