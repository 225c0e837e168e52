import { expect, test } from 'vitest';
import serve from '../../src/commands/serve.ts';
import type { SafeManner } from '../../src/contract/declare/door.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { parseInput } from '../../src/surfaces/parse-input.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';

const socket = { url: 'unix:/run/agents.sock', pin: null, uid: 990 };
/** A home without agents and keys: there is nothing to open. */
const context = {
  host: { safe: { addresses: async () => ({ socket, tls: null }) } },
  network: 'devnet',
  caller: {},
  ledger: async () => ({ agents: () => [] }),
  keys: {
    list: () => [],
    current: () => {
      throw new Failure('KEY_MISSING', 'There is no key.');
    },
  },
} as unknown as ChangeContext;

/** How the safe would be served. */
const mannerOf = async (raw: Record<string, unknown>): Promise<SafeManner['tls']> => {
  const manners: SafeManner[] = [];
  const terminal = {
    ...silentTerminal,
    serveSafe: async (manner: SafeManner) => {
      manners.push(manner);
      return 0;
    },
  };
  await serve.run(context, parseInput(serve, raw) as Parameters<typeof serve.run>[1], terminal);
  return manners[0]!.tls;
};

test('without --listen a safe is served at its socket alone', async () => {
  expect(await mannerOf({})).toBeNull();
});

test('--listen names where it listens, --public-url how others reach it there, and the files come in a pair', async () => {
  const place = { host: '192.0.2.7', port: 8443 };
  expect(await mannerOf({ listen: '192.0.2.7:8443' })).toEqual({ place, publicUrl: null, files: null });
  const url = 'https://safe.example';
  expect(await mannerOf({ listen: '0.0.0.0:8443', publicUrl: `${url}:443/`, tlsCert: 'c.pem', tlsKey: 'k.pem' })).toEqual({
    place: { host: '0.0.0.0', port: 8443 },
    publicUrl: url,
    files: { certificate: 'c.pem', key: 'k.pem' },
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ listen: '8443' }, '--listen "8443" is not right: it takes an address and a port like 192.0.2.7:8443 or [::1]:8443.'],
  [
    { listen: '[::1]:1', publicUrl: 'http://safe.example' },
    '--public-url "http://safe.example" is not right: it takes the https address by which agents reach --listen, like https://safe.example:8443.',
  ],
  [{ listen: '0.0.0.0:8443' }, '--listen "0.0.0.0:8443" is every address of this machine, and an invitation has to name one.'],
  [{ listen: '[::]:8443' }, '--listen "[::]:8443" is every address of this machine, and an invitation has to name one.'],
  [{ tlsCert: 'c.pem', tlsKey: 'k.pem' }, '--tls-cert "c.pem" says how the safe listens by TLS, and --listen is not given.'],
  [{ publicUrl: 'https://a.b' }, '--public-url "https://a.b" says how the safe listens by TLS, and --listen is not given.'],
  [{ listen: '[::1]:1', tlsKey: 'k.pem' }, '--tls-cert and --tls-key belong together, and one is missing.'],
])('%j is USAGE with what would be right', async (raw, message) => {
  await expect(mannerOf(raw)).rejects.toMatchObject({ code: 'USAGE', message });
});

test('--page-approves is for a person at a terminal, where no agent that can be seen runs beside it, and about a page that is served', async () => {
  const at = async (there: Partial<typeof silentTerminal>, raw: Record<string, unknown>, agents: string[] = []) => {
    const manners: SafeManner[] = [];
    const terminal = { ...silentTerminal, ...there, serveSafe: async (manner: SafeManner) => manners.push(manner) };
    const host = { safe: { ...context.host.safe, guard: async () => ({ user: 'safe', agents }) } };
    await serve.run({ ...context, host } as ChangeContext, parseInput(serve, raw) as Parameters<typeof serve.run>[1], terminal);
    return manners[0]!.pages;
  };
  const person = { interactive: true, asker: {} as NonNullable<typeof silentTerminal.asker> };
  expect(await at({}, {})).toMatchObject({ approves: false, seen: null });
  expect(await at(person, {})).toMatchObject({ approves: false, seen: null });
  expect(await at({}, { dashboard: false })).toBeNull();
  expect(await at(person, { pageApproves: true })).toMatchObject({ approves: true, seen: expect.stringContaining('More than that') });
  await expect(at(person, { pageApproves: true }, ['claude'])).rejects.toMatchObject({ code: 'PAGE_REFUSED' });
  await expect(at(person, { pageApproves: true, dashboard: false })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(at({}, { pageApproves: true })).rejects.toMatchObject({ code: 'USAGE' });
  // under CI the terminal's screen is a log that others read
  await expect(at({ interactive: true, asker: null }, { pageApproves: true })).rejects.toMatchObject({ code: 'USAGE' });
});
