import { describe, expect, it } from 'vitest';
import type { Answered, Around, Order } from '../../../src/contract/declare/door.ts';
import { manifest } from '../../support/hint.ts';
import { pageAt } from './page-at.ts';

const { commands } = await manifest;

/** Commands that the page makes with no more than their least input, by what they do. */
const shows = [
  'status',
  'vm ls',
  'vm show',
  'credits balance',
  'credits history',
  'policy show',
  'approvals ls',
  'approvals show',
  'agents ls',
  'ledger ls',
  'ledger verify',
];

const [one, other] = ['a'.repeat(64), 'b'.repeat(64)] as const;

/** A program of two VMs that are both called ci, and of none besides. */
const twoOfAName = async ({ command, input }: Order): Promise<Answered> => {
  const there = command !== 'vm show' || [one, other].includes(String(input['vm']));
  if (there) return { document: { ok: true, schema: 'x@1', data: { name: 'ci' }, warnings: [], next: [] }, exit: 0 };
  return { document: { ok: false, schema: 'failure@1', error: { code: 'VM_NOT_FOUND' } }, exit: 3 };
};

const answerOf = async (at: ReturnType<typeof pageAt>, key: Record<string, string>, call: object): Promise<string> => {
  const document = (await (await at.post('/call', call, key)).json()) as { ok: boolean; error: { code: string } };
  return document.ok ? 'ok' : document.error.code;
};

describe('what a page may call', () => {
  it('of all commands with no input these: queries, and what stops something', async () => {
    const at = pageAt();
    const key = await at.open();
    const made = [];
    for (const { name } of commands) if ((await answerOf(at, key, { command: name, input: {} })) === 'ok') made.push(name);
    expect([...made].sort()).toEqual([...shows, 'policy set', 'deny', 'agents suspend', 'agents revoke', 'freeze', 'thaw'].sort());
  });

  it('one that only shows makes no change, whatever is asked', async () => {
    const at = pageAt({ readOnly: true });
    const key = await at.open();
    const made = [];
    for (const { name } of commands) if ((await answerOf(at, key, { command: name, input: {} })) === 'ok') made.push(name);
    expect([...made].sort()).toEqual([...shows].sort());
    for (const call of [
      { command: 'vm destroy', input: { vms: [one] }, typed: 'ci' },
      { command: 'policy set', input: { maxVms: 1 } },
      { command: 'deny', input: { id: 'ap_1' } },
      { command: 'freeze', input: {} },
      { command: 'approve', input: { upTo: '1' } },
    ]) {
      expect(await answerOf(at, key, call)).toBe('PAGE_REFUSED');
    }
    expect((await at.post('/approve', { approval: 'ap_1' }, key)).status).toBe(403);
    expect(at.orders.every(({ command }) => shows.includes(command))).toBe(true);
  });

  it.each<[string, object]>([
    ['destroys every VM', { command: 'vm destroy', input: { all: true }, typed: 'ci' }],
    ['destroys by task', { command: 'vm destroy', input: { vms: [one], ofTask: 'nightly' }, typed: 'ci' }],
    ['destroys two', { command: 'vm destroy', input: { vms: [one, other] }, typed: 'ci' }],
    ['destroys by a name, which another VM may have', { command: 'vm destroy', input: { vms: ['ci'] }, typed: 'ci' }],
    ['destroys by the beginning of an id', { command: 'vm destroy', input: { vms: [one.slice(0, 12)] }, typed: one.slice(0, 12) }],
    ['destroys with a freeze', { command: 'freeze', input: { destroyAll: true } }],
    ['takes another account’s credits', { command: 'freeze', input: { asOwner: '0x'.padEnd(42, '1') } }],
    ['destroys an agent’s VMs', { command: 'agents revoke', input: { name: 'ci', destroyVms: true }, typed: 'ci' }],
    ['acknowledges the balance', { command: 'policy set', input: { reauthorise: true } }],
    ['names a funder', { command: 'policy set', input: { funder: '0x'.padEnd(42, '1') } }],
    ['approves', { command: 'approve', input: { id: 'ap_1' } }],
    ['brings a signature', { command: 'approve', input: { id: 'ap_1', show: true, signature: '0x1' } }],
    ['signs for another home', { command: 'approve', input: { request: '/etc/passwd' } }],
    ['asks for an envelope with more than its sizes', { command: 'approve', input: { upTo: '100', id: 'ap_1' } }],
    ['asks for an envelope and brings a signature', { command: 'approve', input: { upTo: '100', signature: '0x'.padEnd(132, '1') } }],
    ['brings what is no signature', { command: 'approve', input: { id: 'ap_1', signature: ['0x'.padEnd(132, '1')] } }],
    ['brings a signature for whatever waits, in a file', { command: 'approve', input: { signature: '0x'.padEnd(132, '1'), request: 'x' } }],
    ['lets an agent in', { command: 'agents add', input: { name: 'ci', budget: '1' } }],
    ['creates', { command: 'vm create', input: { name: 'ci' } }],
    ['runs a command', { command: 'vm exec', input: { vm: 'ci', command: ['id'] } }],
    ['shows a key', { command: 'keys backup', input: { name: 'agent', file: '/tmp/x' } }],
    ['does what there is not', { command: '__proto__', input: {} }],
    ['does what objects have', { command: 'constructor', input: {} }],
  ])('no call of it %s', async (_, call) => {
    const at = pageAt();
    expect(await answerOf(at, await at.open(), call)).toBe('PAGE_REFUSED');
    expect(at.orders).toEqual([]);
  });

  it('an envelope is asked for, and nobody there is asked about it', async () => {
    const around: Around[] = [];
    const at = pageAt({
      call: async (order, given) => {
        around.push(given);
        return twoOfAName(order);
      },
    });
    const input = { upTo: '1', ttl: '4h', cu: 1, vms: 3, until: '24h' };
    expect(await answerOf(at, await at.open(), { command: 'approve', input })).toBe('ok');
    expect([at.orders, around[0]!.person]).toEqual([[{ command: 'approve', input }], undefined]);
  });

  it('what cannot be taken back is done once its name was typed', async () => {
    const at = pageAt({ call: twoOfAName });
    const key = await at.open();
    for (const typed of [undefined, '', 'CI', 'ci ', 'web']) {
      expect(await answerOf(at, key, { command: 'vm destroy', input: { vms: [other] }, ...(typed === undefined ? {} : { typed }) })).toBe(
        'USAGE',
      );
      expect(await answerOf(at, key, { command: 'agents revoke', input: { name: 'ci' }, typed: typed ?? '' })).toBe('USAGE');
    }
    const changed = () => at.orders.filter(({ command }) => command !== 'vm show');
    expect(changed()).toEqual([]);
    expect(await answerOf(at, key, { command: 'vm destroy', input: { vms: [other] }, typed: 'ci' })).toBe('ok');
    expect(await answerOf(at, key, { command: 'agents revoke', input: { name: 'ci' }, typed: 'ci' })).toBe('ok');
    expect(changed()).toEqual([
      { command: 'vm destroy', input: { vms: [other] } },
      { command: 'agents revoke', input: { name: 'ci' } },
    ]);
  });

  it('of two VMs of a name the one that was meant is ended; of one that is gone that is said', async () => {
    const at = pageAt({ call: twoOfAName });
    const key = await at.open();
    for (const vm of [one, other]) expect(await answerOf(at, key, { command: 'vm destroy', input: { vms: [vm] }, typed: 'ci' })).toBe('ok');
    expect(at.orders.flatMap(({ command, input }) => (command === 'vm destroy' ? [input['vms']] : []))).toEqual([[one], [other]]);
    const gone = { command: 'vm destroy', input: { vms: ['c'.repeat(64)] }, typed: 'ci' };
    expect(await answerOf(at, key, gone)).toBe('VM_NOT_FOUND');
    expect(at.orders.at(-1)!.command).toBe('vm show');
  });

  it('what is under way is told as the page is closed', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const at = pageAt({
      call: async (_order, { signal }) => {
        signals.push(signal);
        return { document: { ok: true, schema: 'x@1', data: {}, warnings: [], next: [] }, exit: 0 };
      },
    });
    await answerOf(at, await at.open(), { command: 'status', input: {} });
    expect(signals[0]!.aborted).toBe(false);
    await at.post('/open', { link: at.page.link });
    expect(signals[0]!.aborted).toBe(true);
  });

  it('nobody is asked for any call but an approval', async () => {
    const persons: unknown[] = [];
    const at = pageAt({
      call: async (_order, around) => {
        persons.push(around.person);
        return { document: { ok: true, schema: 'x@1', data: {}, warnings: [], next: [] }, exit: 0 };
      },
    });
    const key = await at.open();
    await answerOf(at, key, { command: 'policy set', input: { maxVms: 100 } });
    await answerOf(at, key, { command: 'agents revoke', input: { name: 'ci' }, typed: 'ci' });
    expect(persons).toEqual([undefined, undefined]);
  });
});
