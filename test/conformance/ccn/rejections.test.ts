import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, instanceContent, signed } from '../../devnet/ccn/ccn-bench.ts';

interface Rejection {
  capture: string;
  name: string;
  error_code: number;
  details: unknown;
}

const recorded = JSON.parse(readFileSync(new URL('../../fixtures/measured/rejections.json', import.meta.url), 'utf8')) as Rejection[];
type Bench = ReturnType<typeof ccnBench>;
type Message = ReturnType<typeof signed>;

const transfer = (address: string, amount: number): Message =>
  signed('POST', { type: 'aleph_credit_transfer', content: { transfer: { credits: [{ address, amount }] } } }, { channel: 'ALEPH_CREDIT' });
const forgetOf = async (bench: Bench): Promise<Message> => {
  const post = signed('POST', { type: 'note', content: {} });
  await bench.publish(post);
  const forget = signed('FORGET', { hashes: [post.item_hash] });
  await bench.publish(forget);
  return forget;
};

/** The account's credits, and the message that is refused. What `ccn_http_basic.json` has is asked again in recorded-pairs.test.ts. */
const scenarios: Record<string, [credits: bigint, message: (bench: Bench) => Message | Promise<Message>]> = {
  inst_no_payment_defaults_hold_get: [10_000_000n, () => signed('INSTANCE', instanceContent({ payment: undefined }))],
  inst_all_lowercase_get: [
    10_000_000n,
    () =>
      signed('INSTANCE', instanceContent(), { by: { ...alice, address: alice.address.toLowerCase() }, owner: alice.address.toLowerCase() }),
  ],
  inst_signed_by_other_get: [10_000_000n, () => signed('INSTANCE', instanceContent(), { by: { ...alice, privateKey: bob.privateKey } })],
  inst_delegated_unauthorized_get: [10_000_000n, () => signed('INSTANCE', instanceContent(), { by: bob, owner: alice.address })],
  agg_delegated_denied_get: [0n, () => signed('AGGREGATE', { key: 'k', content: {} }, { by: bob, owner: alice.address })],
  forget_empty_get: [0n, () => signed('FORGET', { hashes: [] })],
  forget_a_forget_get: [0n, async (bench) => signed('FORGET', { hashes: [(await forgetOf(bench)).item_hash] })],
  transfer_insufficient_get: [2000n, () => transfer(bob.address, 1_000_000_000)],
  transfer_self_get: [2000n, () => transfer(alice.address, 1)],
  create_with_341999_get: [341_999n, () => signed('INSTANCE', instanceContent())],
  create_second_get: [
    342_000n,
    async (bench) => {
      await bench.publish(signed('INSTANCE', instanceContent()));
      return signed('INSTANCE', instanceContent());
    },
  ],
};

/** The parties of the recording had other addresses, its messages other hashes. */
const anonymous = (details: unknown): unknown =>
  JSON.parse(
    JSON.stringify(details)
      .replaceAll(/0x[0-9a-fA-F]{40}/g, 'ADDRESS')
      .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH'),
  );

describe('recorded rejections', () => {
  const mine = recorded.filter((one) => one.capture !== 'ccn_http_basic.json');

  it('all have a scenario', () => {
    expect(Object.keys(scenarios).sort()).toEqual(mine.map((one) => one.name).sort());
  });

  it.each(mine)('$name: code $error_code with the same details', async ({ name, error_code: code, details }) => {
    const bench = ccnBench();
    const [credits, make] = scenarios[name] ?? [0n, () => signed('POST', {})];
    if (credits > 0n) bench.ccn.fund(alice.address, credits);
    const message = await make(bench);
    expect((await bench.publish(message)).status).toBe(422);
    const { body } = await bench.get(`/api/v0/messages/${message.item_hash}`);
    expect([body.error_code, anonymous(body.details)]).toEqual([code, anonymous(details)]);
  });
});
