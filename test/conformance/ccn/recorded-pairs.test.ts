import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentModels } from '../../../src/devnet/ccn/content/content-models.ts';
import { createCcn } from '../../../src/devnet/ccn/create-ccn.ts';
import { putAggregate } from '../../../src/devnet/ccn/official-state.ts';
import { parseMessage } from '../../../src/devnet/ccn/parse-message.ts';
import { createFaults } from '../../../src/devnet/http/faults.ts';
import { namedAccount } from '../../../src/devnet/world/accounts.ts';
import { createClock } from '../../../src/devnet/world/clock.ts';
import { createRandom } from '../../../src/devnet/world/random.ts';

interface Pair {
  name: string;
  request: { method: string; path: string; body: unknown };
  response: { status: number; body: unknown };
}

const pairs = JSON.parse(readFileSync(new URL('../../fixtures/measured/ccn-http.json', import.meta.url), 'utf8')) as Pair[];
const recorded = (name: string): unknown => pairs.find((pair) => pair.name === name)?.response.body;
/** Uploads were recorded without their bytes; storage.test.ts makes its own. */
const replayed = pairs.filter((pair) => !pair.name.startsWith('store_add_file'));

/** Keys all the way down; of a list, its first item. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]));
};

const RICH = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';
const POOR = '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc';
const SENDER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const FILE = '5cda7b80a92d98c7fa3580e64d433279a285282ad8ba54aab0058e900554ac8e';
const OLD_VM = 'dc2ee5e6a210ec6e3ece66ae8e4c67f9b16a6c8817c8ca4afc025667aa80cedb';

/** The node as it was when recording began: an earlier round had left credits, history, an aggregate and posts behind. */
const nodeThen = () => {
  const clock = createClock(1_795_174_296_350);
  const random = createRandom(1);
  const ccn = createCcn({
    clock,
    random,
    faults: createFaults(random),
    operator: namedAccount({ seed: 1, secret: null }, 'operator'),
    creditSenders: [SENDER],
    processMs: 10,
  });
  const state = ccn.state('a');
  const models = contentModels('node-required');
  const history = (recorded('credit_history') as { credit_history: Record<string, unknown>[] }).credit_history.slice(2);
  for (const row of history) {
    const { amount, expiration_date: _none, message_timestamp: at, ...rest } = row;
    state.moves.push({
      ...rest,
      address: RICH,
      amount: BigInt(amount as number),
      expiresAt: null,
      time: Date.parse(at as string) / 1000,
    } as never);
  }
  state.lots.push({ address: RICH, left: 99_984_750n, expiresAt: null, time: 1_795_174_178, ref: 'first', index: 0 });
  state.lots.push({ address: POOR, left: 1000n, expiresAt: null, time: 1_795_174_249, ref: 'second', index: 0 });
  putAggregate(
    state,
    { address: RICH, key: 'port-forwarding', content: { [OLD_VM]: { ports: { '22': { tcp: true, udp: false } } } } },
    clock.now(),
  );
  state.files.set(FILE, 1024);
  const { message } = recorded('get_store_message') as { message: Record<string, unknown> };
  const { content: _filled, confirmed: _no, confirmations: _none, ...envelope } = message;
  const node = ccn.app('a');
  return { clock, ccn, node, store: { ...envelope, parsed: parseMessage(envelope, models) } };
};

const ask = async ({ clock, node }: ReturnType<typeof nodeThen>, { method, path, body }: Pair['request']) => {
  const text = body === null || body === undefined ? null : body === '<multipart>' ? 'this is no JSON' : JSON.stringify(body);
  const response = await clock.drive(Promise.resolve(node.request(path, text === null ? { method } : { method, body: text })));
  const answer = await response.text();
  try {
    return { status: response.status, body: JSON.parse(answer) as unknown };
  } catch {
    return { status: response.status, body: answer as unknown };
  }
};

/** The moment of the recording: what had been posted when this was asked. */
const waitUntil = async ({ clock }: ReturnType<typeof nodeThen>, { body }: Pair['request']): Promise<void> => {
  const time = (body as { message?: { time?: number } } | null)?.message?.time;
  if (time !== undefined) await clock.advance(Math.max(0, time * 1000 - clock.now()));
};

describe('recorded requests, asked again in their order', () => {
  const answers = new Map<string, { status: number; body: unknown }>();

  beforeAll(async () => {
    const then = nodeThen();
    const { parsed: _parsed, ...store } = then.store;
    await ask(then, { method: 'POST', path: '/api/v0/messages', body: { sync: true, message: store } });
    for (const pair of replayed) {
      await waitUntil(then, pair.request);
      answers.set(pair.name, await ask(then, pair.request));
      // An asynchronous post was given two seconds to be processed.
      if ((pair.request.body as { sync?: boolean } | null)?.sync === false) await then.clock.advance(1000);
    }
  });

  it.each(replayed)('$name', ({ name, response }) => {
    const answer = answers.get(name);
    expect(answer?.status).toBe(response.status);
    if (typeof response.body === 'string') {
      expect(answer?.body).toBe(response.body);
      return;
    }
    expect(shape(answer?.body)).toEqual(shape(response.body));
    const { error_code: code, details } = response.body as { error_code?: number; details?: unknown };
    if (code !== undefined) expect(answer?.body).toMatchObject({ error_code: code, details });
  });

  it.each([
    'price_estimate_instance',
    'instance_price',
    'balance_after',
    'costs_address',
    'aggregate_get',
    'credit_transfer_recipient',
    'credit_history_summary',
    'consumed',
    'credit_balances',
    'balance_final',
    'store_price',
    'storage_by_message',
    'storage_metadata',
    'forgotten_list',
    'rejected_list',
    'messages_list_instance',
    'files',
    'post_no_message',
  ])('%s: the very same body', (name) => {
    expect(answers.get(name)?.body).toEqual(recorded(name));
  });
});
