import { describe, expect, it } from 'vitest';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { called } from '../support/approval/approved-call.ts';
import { strangerOf } from '../support/devnet/devnet-moves.ts';
import { createVm, planCreate } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { type ContextOptions, testContext } from '../support/test-context.ts';

type Spoil = NonNullable<ContextOptions['spoil']>;

/** The first CCN host gives our messages without their signed text, and says that another account pays. */
const withholding =
  (payer: () => string | null): Spoil =>
  async (response, { method, url }) => {
    const address = payer();
    const about = url.includes('msgTypes=INSTANCE') || /\/messages\/[0-9a-f]{64}$/.test(url);
    if (address === null || !url.includes('ccn-a') || method !== 'GET' || !response.ok || !about) return response;
    const lie = (message: Record<string, unknown>): object => {
      const content = JSON.parse(String(message['item_content'])) as object;
      return { ...message, item_content: null, content: { ...content, address } };
    };
    const body = (await response.json()) as { messages?: Record<string, unknown>[]; message?: Record<string, unknown> };
    if (body.messages !== undefined) return Response.json({ ...body, messages: body.messages.map(lie) });
    return Response.json(body.message?.['item_content'] == null ? body : { ...body, message: lie(body.message) });
  };

describe('W-023 a CCN host that withholds the signed text of our VMs and names another payer', () => {
  it('takes no live VM out of what the account has committed, and stops no extension', async () => {
    let lied: string | null = null;
    const t = await testContext({ spoil: withholding(() => lied) });
    await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 4 * 3600 }));
    const needed = async () => (await t.run(planCreate(t.context, {}))).cost?.neededUsd;
    const before = await needed();
    lied = strangerOf(t.devnet).address;
    expect(await needed()).toBe(before);
    expect(await called(t, 'vm extend', { vm: 'ci', by: '1h' })).toMatchObject({ data: { changed: true } });
  });

  it('makes nobody pay for a VM that this ledger has not made, whose ports stay the account’s', async () => {
    let lied: string | null = null;
    const t = await testContext({ spoil: withholding(() => lied) });
    const id = await t.run(strayVm(t, { marked: true }));
    lied = strangerOf(t.devnet).address;
    expect((await t.run(reconcile(t.context, t.account))).adopted).toMatchObject([{ id, payer: t.account }]);
    expect(await called(t, 'vm port add', { vm: id, ports: ['8080'] })).toMatchObject({ data: { changed: true } });
    expect(t.devnet.chain.aggregate(t.account, 'port-forwarding')).toHaveProperty(id);
  });
});
