import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { isPublicIpv6 } from '../../../../src/adapters/aleph/http/public-address.ts';
import type { Signer } from '../../../../src/ports/keys/keys.ts';
import { cloudOf, json, text } from '../network-of.ts';

const vm = '56c79f2cadb0332ea9b7ea0c89a757b6db6a96ab66e3f762194cb42e3edb4270';
const node = { hash: 'ab'.repeat(32), untrustedName: 'n', url: 'https://n.aleph.im' };
const wallet = new ethers.Wallet(`0x${'7'.repeat(64)}`);
const signer: Signer = { address: wallet.address, network: 'mainnet', signBytes: (bytes) => wallet.signMessage(bytes) };

describe('a signed call on a VM', () => {
  const operating = (answer: () => Response) => cloudOf((asked) => (asked.url.hostname === 'n.aleph.im' ? answer() : undefined));

  it.each([
    ['stop', 200, `Stopped VM with ref ${vm}`, 'done'],
    ['stop', 200, 'Already stopped, nothing to do', 'already'],
    ['reboot', 200, `Starting VM (was not running) with ref ${vm}`, 'notRunning'],
    ['reinstall', 200, `Reinstalled VM with ref ${vm}`, 'done'],
    ['stop', 404, JSON.stringify({ error: `No virtual machine with ref ${vm}` }), 'absent'],
    ['start', 404, '404: Not Found', 'unsupported'],
    ['stop', 403, 'Unauthorized sender', 'refused'],
    ['reinstall', 400, JSON.stringify({ error: 'Base image or runtime not available' }), 'refused'],
    ['reinstall', 500, '500 Internal Server Error', 'failed'],
    ['stop', 504, '', 'unreachable'],
  ] as const)('%s answered by %i %s is %s', async (operation, status, said, meaning) => {
    const { cloud, asked } = operating(() => text(said, status));
    expect(await cloud.nodes.operateOnNode(node, vm, operation, signer, 1_000)).toBe(meaning);
    const last = asked.at(-1)!;
    expect([last.method, last.url.pathname, last.url.search]).toEqual(['POST', `/control/machine/${vm}/${operation}`, '']);
    const signed = JSON.parse(Buffer.from(JSON.parse(last.headers.get('x-signedoperation')!).payload, 'hex').toString());
    expect(signed).toMatchObject({ path: last.url.pathname, domain: 'n.aleph.im' });
  });

  it('goes nowhere in a private network, and is signed for no other network', async () => {
    const { cloud, asked } = operating(() => text('Stopped'));
    expect(await cloud.nodes.operateOnNode({ ...node, url: 'https://10.0.0.1' }, vm, 'stop', signer, 1_000)).toBe('unreachable');
    expect(asked).toEqual([]);
    await expect(cloud.nodes.operateOnNode(node, vm, 'stop', { ...signer, network: 'devnet' }, 1_000)).rejects.toMatchObject({
      code: 'WRONG_NETWORK',
    });
  });
});

describe("an account's journal (product.md §1 rule 14)", () => {
  const at = Date.UTC(2026, 11, 1, 14);

  it("is every host's own word; what is not ours to read prolongs nothing", async () => {
    const entries = {
      [vm]: { expires: '2026-12-01T14:00:00Z' },
      nonsense: { expires: '2026-12-01T14:00:00Z' },
      ['cd'.repeat(32)]: { expires: 'never' },
    };
    const { cloud } = cloudOf((asked) =>
      asked.url.hostname === 'one.aleph.im' ? json({ address: wallet.address, data: { 'aleph-agent': entries } }) : undefined,
    );
    expect(await cloud.accounts.journal(wallet.address)).toEqual([
      { host: 'https://one.aleph.im', expiries: { [vm]: at }, head: null },
      { host: 'https://two.aleph.im', expiries: {}, head: null },
    ]);
    const broken = cloudOf((asked) => (asked.url.hostname === 'one.aleph.im' ? text('', 503) : json({ data: [] }))).cloud;
    expect((await broken.accounts.journal(wallet.address)).map(({ expiries }) => expiries)).toEqual([null, null]);
  });

  it('has the head of the ledger that spent last; one of another form, or no answer, is no absence', async () => {
    const governance = { approver: `0x${'ef'.repeat(20)}`, rootPolicy: true };
    const end = { id: 'ab'.repeat(16), rows: 12, head: 'cd'.repeat(32) };
    const head = { ...end, at, governance };
    const earlier = { ...end, at: '2026-12-01T14:00:00Z' };
    const wire = { ...earlier, ...governance };
    const said = async (ledger: unknown) =>
      (
        await cloudOf(() => json({ address: wallet.address, data: { 'aleph-agent': { ledger } } })).cloud.accounts.journal(wallet.address)
      )[0]!.head;
    expect(await said(wire)).toEqual(head);
    expect(await said({ ...wire, approver: null })).toEqual({ ...head, governance: { approver: null, rootPolicy: true } });
    // As version 0.1.0 published it.
    expect(await said(earlier)).toEqual({ ...head, governance: null });
    expect(await said(null)).toBeNull();
    for (const wrong of [
      { ...wire, id: 'me' },
      { ...wire, rows: 0 },
      { ...wire, rows: 1.5 },
      { ...wire, head: '' },
      { ...wire, at: 'now' },
      { ...wire, approver: 'me' },
      { ...wire, rootPolicy: 'yes' },
      { ...earlier, approver: governance.approver },
      { ...earlier, rootPolicy: true },
      'x',
      {},
    ]) {
      expect(await said(wrong)).toBe('unreadable');
    }
    const silent = cloudOf(() => text('', 503)).cloud;
    expect((await silent.accounts.journal(wallet.address)).map((word) => word.head)).toEqual(['unreadable', 'unreadable']);

    const { cloud } = cloudOf(() => undefined);
    const message = await cloud.signing.head({ ...head, at: at + 7 }, signer);
    const { item_content, type } = JSON.parse(message.bytes).message;
    expect([type, JSON.parse(item_content)]).toEqual([
      'AGGREGATE',
      {
        address: wallet.address,
        key: 'aleph-agent',
        time: (at + 7) / 1000,
        content: { ledger: { ...wire, at: '2026-12-01T14:00:00.007Z' } },
      },
    ]);
    await expect(cloud.signing.head(head, { ...signer, network: 'devnet' })).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
  });

  it('VMs about to be removed are asked for by that status, and any host’s word counts', async () => {
    const listed = (ids: string[], sender = wallet.address) =>
      json({ messages: ids.map((item_hash) => ({ item_hash, sender })), pagination_total: ids.length });
    const { cloud, asked } = cloudOf((one) => (one.url.hostname === 'one.aleph.im' ? listed([vm]) : text('', 503)));
    expect(await cloud.accounts.removing(wallet.address)).toEqual([vm]);
    expect(asked[0]!.url.searchParams.get('msgStatuses')).toBe('removing');
    expect(await cloudOf(() => listed([vm], '0xother')).cloud.accounts.removing(wallet.address)).toEqual([]);
    expect(await cloudOf(() => text('', 503)).cloud.accounts.removing(wallet.address)).toBeNull();
  });

  it("is written on the signer's own account, one VM at a time", async () => {
    const { cloud } = cloudOf(() => undefined);
    const message = await cloud.signing.journal({ id: vm, expiresAt: at, at: at - 3600_000 }, signer);
    const { item_content, type } = JSON.parse(message.bytes).message;
    expect([type, JSON.parse(item_content)]).toEqual([
      'AGGREGATE',
      { address: wallet.address, key: 'aleph-agent', time: (at - 3600_000) / 1000, content: { [vm]: { expires: '2026-12-01T14:00:00Z' } } },
    ]);
  });
});

describe('an IPv6 address that SSH is tried at', () => {
  it.each(['2a01:4f8:c17:1::5', '2607:5300:203:9000:3:dead:beef:caf1'])('public: %s', (address) =>
    expect(isPublicIpv6(address)).toBe(true),
  );
  it.each([
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '2001:db8::1',
    '2002:a00:1::',
    '2001::1',
    '64:ff9b::a00:1',
    '10.0.0.1',
    '',
  ])('not: %s', (address) => expect(isPublicIpv6(address)).toBe(false));
});
