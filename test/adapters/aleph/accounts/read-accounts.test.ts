import { describe, expect, it } from 'vitest';
import { type Asked, cloudOf, json, text } from '../network-of.ts';
import { fixture, recorded, replay } from '../recorded.ts';

const account = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';
const vm = '56484d540b3c1c2aeb6602fdaf952483f5e941fecc7239e1b261ea48343509a9';
const answering = (name: string) => cloudOf(() => replay(recorded('ccn-http', name)));
const on = (asked: Asked, host: string) => asked.url.hostname.startsWith(host);

describe('what accounts have and burn, as the real node recorded it', () => {
  it('reads the balance with its lots', async () => {
    const body = { ...(recorded('ccn-http', 'balance_after').response.body as object) };
    const lots = [
      { expiration_date: null, amount: 99_000_000 },
      { expiration_date: '2026-12-31T00:00:00Z', amount: 984_750 },
    ];
    const { cloud, asked } = cloudOf(() => json({ ...body, credit_balance_details: lots }));
    expect(await cloud.accounts.balance(account)).toEqual({
      credits: 99_984_750n,
      lots: [
        { credits: 99_000_000n, expiresAt: null },
        { credits: 984_750n, expiresAt: Date.UTC(2026, 11, 31) },
      ],
    });
    expect(asked[0]?.url.searchParams.get('include_credit_details')).toBe('true');
  });

  it('does not guess which credits expire', async () => {
    await expect(answering('balance_after').cloud.accounts.balance(account)).rejects.toMatchObject({ code: 'BALANCE_UNREADABLE' });
  });

  it('reads the burn with every resource, files included', async () => {
    const found = await answering('costs_address').cloud.accounts.burn(account);
    expect(found.perSecond.toFixed()).toBe('11.876247742293793478');
    expect(found.resources).toHaveLength(3);
    expect(found.resources[0]).toMatchObject({ id: vm, consumed: 0n });
  });

  it('takes the rows where they come to more than the sum', async () => {
    const body = structuredClone(recorded('ccn-http', 'costs_address').response.body) as { summary: { total_cost_credit: string } };
    body.summary.total_cost_credit = '0.000000000000000001';
    expect((await cloudOf(() => json(body)).cloud.accounts.burn(account)).perSecond.toFixed()).toBe('11.876247742293793478');
  });

  it('reads all pages, from one host', async () => {
    const row = (n: number) => ({ item_hash: `${n}`, consumed_credits: n, cost_credit: '1.5' });
    const { cloud, asked } = cloudOf((one) => {
      const page = Number(one.url.searchParams.get('page'));
      return json({ summary: { total_cost_credit: '4.5' }, resources: [row(page)], pagination_total: 3 });
    });
    expect((await cloud.accounts.burn(account)).resources.map((found) => found.id)).toEqual(['1', '2', '3']);
    expect(new Set(asked.map((one) => one.url.host)).size).toBe(1);
  });

  it('reads expenses oldest first, as positive credits, and leaves out what is none', async () => {
    const rows = await answering('credit_history').cloud.accounts.expenses(account, 0);
    expect(rows.map((row) => row.credits)).toEqual([14_250n, 14_250n]);
    expect(rows[1]).toEqual({
      vm,
      credits: 14_250n,
      at: Date.UTC(2026, 10, 20, 11, 32, 13, 980),
      ref: '6c89c0d1114edcf3c9ac74190822d1fede1532c29ac581a6b687ee7362695027:0',
    });
    expect(rows[0]!.at).toBeLessThan(rows[1]!.at);
  });

  it('takes 404 for an empty history', async () => {
    const { cloud } = cloudOf(() => text('No credit history found for this address', 404));
    expect(await cloud.accounts.expenses(account, 0)).toEqual([]);
  });

  it('sees forwards, and takes null and 404 for none', async () => {
    const { cloud } = answering('aggregate_get');
    expect(await cloud.accounts.hasForwards(account, vm)).toBe(true);
    expect(await cloud.accounts.hasForwards(account, 'ab'.repeat(32))).toBe(false);
    expect(
      await cloudOf(() => json({ address: account, data: { 'port-forwarding': { [vm]: null } } })).cloud.accounts.hasForwards(account, vm),
    ).toBe(false);
    expect(await answering('aggregate_missing_addr').cloud.accounts.hasForwards(account, vm)).toBe(false);
  });

  it.each(['one', 'two'])('takes the word of host %s alone for a forward: the other may not have heard of it yet', async (host) => {
    const { cloud } = cloudOf((one) => (on(one, host) ? replay(recorded('ccn-http', 'aggregate_get')) : text('No aggregate found', 404)));
    expect(await cloud.accounts.hasForwards(account, vm)).toBe(true);
  });
});

describe('messages, as the real node recorded them', () => {
  it('reads an INSTANCE of somebody else', async () => {
    expect(await answering('instance_get').cloud.messages.vm(vm)).toMatchObject({
      id: vm,
      status: 'processed',
      sender: account,
      owner: account,
      ours: false,
      label: 'i1',
      expiresAt: null,
      signedAt: 1_795_174_297_252,
      spec: { vcpus: 1, memoryMib: 2048, diskMib: 20480, computeUnits: 1 },
    });
  });

  it('reads rejected, pending and forgotten ones, and nothing of unknown ones', async () => {
    const poor = 'e0bafaa5bc979c31850b6f5a2cce407f3131b37719332079b8f9ce9c7944f38a';
    expect(await answering('instance_insufficient_credit_get').cloud.messages.vm(poor)).toMatchObject({
      status: 'rejected',
      label: 'poor',
    });
    const pending = recorded('ccn-http', 'instance_missing_rootfs_get');
    const id = (pending.response.body as { item_hash: string }).item_hash;
    expect(await cloudOf(() => replay(pending)).cloud.messages.vm(id)).toMatchObject({ status: 'pending', label: 'badref' });
    const gone = '8943479fecce500524f30613729311a4847569ef063b04f90f0926270033aa16';
    expect(await answering('forgotten_get').cloud.messages.vm(gone)).toMatchObject({ status: 'forgotten', owner: account, label: null });
    expect(await answering('get_unknown').cloud.messages.vm('cd'.repeat(32))).toBeNull();
    expect(
      await answering('get_store_message').cloud.messages.vm('a41464bd499e880c4d42b52ffe70a65a12ff2aadad193845cd71c28e1fe5d2a5'),
    ).toBeNull();
  });

  it('takes no content that does not hash to the id', async () => {
    const body = structuredClone(recorded('ccn-http', 'instance_get').response.body) as { message: { item_content: string } };
    body.message.item_content = body.message.item_content.replace('"vcpus":1', '"vcpus":2');
    const { cloud } = cloudOf((asked) => (on(asked, 'one') ? json(body) : undefined));
    expect(await cloud.messages.vm(vm)).toBeNull();
    await expect(cloudOf(() => json(body)).cloud.messages.vm(vm)).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
  });

  it('lists what was sent, on whichever host it is, each once', async () => {
    const list = recorded('ccn-http', 'messages_list_instance');
    const { cloud } = cloudOf((asked) => (on(asked, 'one') ? json({ messages: [], pagination_total: 0 }) : replay(list)));
    const ids = (await cloud.messages.listSentBy(account)).map((found) => found.id);
    expect(ids).toContain(vm);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("takes no list with another sender's message in it", async () => {
    const { cloud } = answering('messages_list_instance');
    await expect(cloud.messages.listSentBy('0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc')).rejects.toMatchObject({
      code: 'NETWORK_ANSWER_INVALID',
    });
  });

  it.each([
    ['is a path', { item_hash: '../../control/allocation' }],
    ['was signed at the end of all days', { content: { time: 1e300 } }],
    ['has more processors than there are', { content: { resources: { vcpus: 9e15, memory: 2048 } } }],
  ])('takes no list with a message in it that %s', async (_case, lie) => {
    const list = structuredClone(recorded('ccn-http', 'messages_list_instance').response.body) as {
      messages: { item_hash: string; item_content?: string; content: object }[];
    };
    const [first] = list.messages;
    delete first!.item_content;
    first!.item_hash = 'item_hash' in lie ? lie.item_hash : 'ab'.repeat(32);
    Object.assign(first!.content, 'content' in lie ? lie.content : {});
    const { cloud } = cloudOf((asked) => (on(asked, 'one') ? json(list) : json({ messages: [], pagination_total: 0 })));
    expect(await cloud.messages.listSentBy(account)).toEqual([]);
  });

  it('believes no host that a VM costs more than there is', async () => {
    const { cloud } = cloudOf((asked) =>
      asked.url.pathname.endsWith('/status')
        ? json({ status: 'processed', item_hash: vm })
        : on(asked, 'one')
          ? json({ payment_type: 'credit', cost: '1'.padEnd(21, '0') })
          : replay(recorded('ccn-http', 'instance_price')),
    );
    expect((await cloud.prices.priceOf(vm))?.perSecond.toFixed(18)).toBe('3.958333333333333333');
  });

  it('asks for a price only where the message is processed: pending answers 102 and hangs clients', async () => {
    const word = (status: string) => (asked: Asked) =>
      asked.url.pathname.endsWith('/status') ? json({ status, item_hash: vm }) : replay(recorded('ccn-http', 'instance_price'));
    expect((await cloudOf(word('processed')).cloud.prices.priceOf(vm))?.perSecond.toFixed(18)).toBe('3.958333333333333333');
    const { cloud, asked } = cloudOf(word('pending'));
    expect(await cloud.prices.priceOf(vm)).toBeNull();
    expect(asked.some((one) => one.url.pathname.startsWith('/api/v0/price'))).toBe(false);
    const silent = cloudOf(() => text('', 503)).cloud;
    await expect(silent.prices.priceOf(vm)).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
  });
});

describe('lots below nothing', () => {
  it('are no balance: one that expires would make the account look richer than it is', async () => {
    const lots = [{ expiration_date: '2026-11-21T00:00:00Z', amount: -5_000_000 }];
    const { cloud } = cloudOf(() => json({ address: account, credit_balance: 1000, credit_balance_details: lots }));
    await expect(cloud.accounts.balance(account)).rejects.toMatchObject({ code: 'NETWORK_ANSWER_INVALID' });
  });
});

describe('prices', () => {
  const published = fixture<{
    data: { pricing: { instance: { price: { compute_unit: { credit: string }; storage: { credit: string } } } } };
  }>('upstream/pricing-aggregate.json');
  const priced = (credit: string, storage = '0.17967489030626108') => {
    const body = structuredClone(published);
    body.data.pricing.instance.price.compute_unit.credit = credit;
    body.data.pricing.instance.price.storage.credit = storage;
    return json(body);
  };

  it('count when two hosts give the same', async () => {
    const table = await cloudOf(() => priced('14250')).cloud.prices.table();
    expect(table.computeUnit.toFixed()).toBe('14250');
    expect(table.tiers.map((tier) => tier.computeUnits)).toEqual([1, 2, 4, 6, 8, 12]);
  });

  it('count when two of three give the same', async () => {
    const hosts = { ccn: ['https://one.aleph.im', 'https://two.aleph.im', 'https://three.aleph.im'] };
    const { cloud } = cloudOf((asked) => priced(on(asked, 'two') ? '1425' : '14250'), hosts);
    expect((await cloud.prices.table()).computeUnit.toFixed()).toBe('14250');
  });

  it.each([
    ['two differ', (asked: Asked) => priced(on(asked, 'one') ? '14250' : '14251')],
    ['they are in the old unit, 10,000 times less (upstream fixture)', () => json(published)],
    ['they are ten times too high', () => priced('142501')],
    ['they are ten times too low', () => priced('1424.9')],
    ['disk costs too much', () => priced('14250', '1.8')],
    ['they are no numbers', () => priced('-1')],
  ])('are unreadable when %s', async (_when, answers) => {
    await expect(cloudOf(answers).cloud.prices.table()).rejects.toMatchObject({ code: 'PRICE_UNREADABLE' });
  });

  it('R-07 are not unreadable where one is silent: the network does not answer', async () => {
    const answers = (asked: Asked) => (on(asked, 'one') ? priced('14250') : text('', 500));
    await expect(cloudOf(answers).cloud.prices.table()).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
  });

  it('quote what the network estimates, and refuse what the table does not give', async () => {
    const table = await cloudOf(() => priced('14250')).cloud.prices.table();
    const spec = { vcpus: 1, memoryMib: 2048, diskMib: 20480, computeUnits: 1, image: 'debian12', imageHash: 'b6'.repeat(32) };
    const order = { owner: account, spec, node: { hash: 'ab'.repeat(32), untrustedName: '', url: 'https://n.aleph.im' } };
    const { cloud, asked } = answering('price_estimate_instance');
    expect((await cloud.prices.quote(order, table)).toFixed(18)).toBe('3.958333333333333333');
    expect(JSON.parse(asked[0]!.body).message).not.toHaveProperty('signature');
    await expect(cloud.prices.quote({ ...order, spec: { ...spec, vcpus: 2 } }, table)).rejects.toMatchObject({ code: 'PRICE_UNREADABLE' });
    expect((await cloudOf(() => text('', 404)).cloud.prices.quote(order, table)).toFixed(18)).toBe('3.958333333333333333');
    await expect(cloudOf(() => text('InvalidMessageFormat', 422)).cloud.prices.quote(order, table)).rejects.toMatchObject({
      code: 'PRICE_UNREADABLE',
    });
  });
});
