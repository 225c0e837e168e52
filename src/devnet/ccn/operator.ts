import type { Decimal } from 'decimal.js';
import type { Sale } from '../evm/credit-indexer.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { CcnNode } from './ccn-node.ts';
import { CREDIT_CHANNEL } from './credits/credit-posts.ts';
import { sha256Hex } from './item-hash.ts';
import { Exact, totalOf } from './pricing/cost-line.ts';
import { signMessage } from './signature.ts';

export interface OperatorKey {
  address: string;
  privateKey: string;
}

/** An INSTANCE that was ever processed, and what it cost. Times in ms. */
export interface Bill {
  hash: string;
  owner: string;
  processedAt: number;
  /** Forgotten or removed; null while it costs. */
  endedAt: number | null;
  /** Decimal string. */
  creditsPerSecond: string;
  /** Whole credits that expense posts took so far. */
  billedCredits: string;
}

/** What one resource has cost and what of it was posted. */
export interface Meter {
  hash: string;
  owner: string;
  node: string;
  rate: Decimal;
  since: number;
  endedAt: number | null;
  /** Up to when the accrual below counts. */
  countedTo: number;
  accrued: Decimal;
  billed: bigint;
  instance: boolean;
}

export interface Operator {
  /** Posts what has accrued now. */
  bill(): void;
  /** Distributes credits; `expiresAt` in ms. */
  distribute(credits: readonly { address: string; amount: bigint; expiresAt?: number }[]): void;
  /** Distributes what one payment on an EVM chain bought, as the real credit service tells of it. */
  sell(sale: Sale): void;
  bills(): Bill[];
  meters(): Meter[];
}

interface OperatorOptions {
  clock: DevnetClock;
  node: CcnNode;
  key: OperatorKey;
  /** Puts a signed message on the network; a distribution reaches every host at once. */
  publish(message: unknown, everywhere: boolean): void;
  meters: readonly Meter[];
}

const ENTRIES_PER_POST = 200;
const CREDIT_PRICE = '0.000001';

/** The job outside the nodes that turns running costs into expense posts (protocol-ccn §5.6); it reads one host and posts to it. */
export const createOperator = ({ clock, node, key, publish, meters: saved }: OperatorOptions): Operator => {
  const meters = new Map<string, Meter>(saved.map((meter) => [meter.hash, meter]));
  let posts = 0;

  const post = (type: string, content: object): void => {
    posts++;
    // Sub-millisecond steps keep two posts of the same instant apart.
    const time = clock.now() / 1000 + (posts % 1000) / 1e6;
    const text = JSON.stringify({ address: key.address, time, type, content });
    const message = { sender: key.address, chain: 'ETH', type: 'POST' as const, item_hash: sha256Hex(text) };
    const signature = signMessage(message, key.privateKey);
    publish(
      { ...message, item_type: 'inline', item_content: text, time, channel: CREDIT_CHANNEL, signature },
      type === 'aleph_credit_distribution',
    );
  };

  const count = (meter: Meter): void => {
    const until = meter.endedAt ?? clock.now();
    meter.accrued = meter.accrued.plus(meter.rate.times(until - meter.countedTo).div(1000));
    meter.countedTo = until;
  };

  const start = (hash: string): void => {
    const cost = node.state.costs.get(hash);
    const row = node.state.messages.get(hash);
    if (cost === undefined || row === undefined || meters.has(hash)) return;
    const pinned = (row.content?.['requirements'] as { node?: { node_hash?: string } } | null | undefined)?.node?.node_hash ?? '';
    const since = row.processedAt ?? clock.now();
    // Before the cut-off of credits a VM may be paid by stream; it is on record all the same.
    const rate = cost.paymentType === 'credit' ? totalOf(cost.lines, 'credit') : new Exact(0);
    const accrued = new Exact(0);
    meters.set(hash, {
      hash,
      owner: cost.owner,
      node: pinned,
      rate,
      since,
      endedAt: null,
      countedTo: since,
      accrued,
      billed: 0n,
      instance: row.envelope.type === 'INSTANCE',
    });
  };

  const end = (hash: string): void => {
    const meter = meters.get(hash);
    if (meter !== undefined) meter.endedAt ??= clock.now();
  };

  const bill = (): void => {
    const credits = [...meters.values()].flatMap((meter) => {
      count(meter);
      const amount = BigInt(meter.accrued.floor().toFixed(0));
      if (amount === 0n) return [];
      meter.accrued = meter.accrued.minus(amount.toString());
      meter.billed += amount;
      return [
        {
          address: meter.owner,
          amount: Number(amount),
          ref: meter.hash,
          execution_id: meter.hash,
          node_id: meter.node,
          price: CREDIT_PRICE,
        },
      ];
    });
    for (let i = 0; i < credits.length; i += ENTRIES_PER_POST)
      post('aleph_credit_expense', { expense: { credits: credits.slice(i, i + ENTRIES_PER_POST) } });
  };

  const distribute: Operator['distribute'] = (credits) =>
    post('aleph_credit_distribution', {
      distribution: {
        token: 'USDC',
        chain: 'ETH',
        credits: credits.map(({ address, amount, expiresAt }, index) => ({
          address,
          amount: Number(amount),
          price: CREDIT_PRICE,
          tx_hash: `0x${sha256Hex(`devnet purchase ${clock.now()} ${posts} ${index}`)}`,
          provider: 'DEVNET',
          payment_method: 'crypto',
          ...(expiresAt === undefined ? {} : { expiration: expiresAt }),
        })),
      },
    });

  const sell: Operator['sell'] = ({ token, address, amount, bonus, price, transaction }) =>
    post('aleph_credit_distribution', {
      distribution: {
        token,
        chain: 'ethereum',
        credits: [
          {
            address,
            amount: Number(amount),
            price,
            tx_hash: transaction,
            provider: 'WALLET',
            payment_method: 'token_transfer',
            ...(bonus === 0n ? {} : { bonus_amount: Number(bonus) }),
          },
        ],
      },
    });

  node.on((event, subject) => {
    if (event === 'processed') start(subject);
    if (event === 'forgotten' || event === 'removed') end(subject);
  });
  for (const hash of node.state.costs.keys()) start(hash);

  const bills = (): Bill[] =>
    [...meters.values()]
      .filter((meter) => meter.instance)
      .map(({ hash, owner, since, endedAt, rate, billed }) => ({
        hash,
        owner,
        processedAt: since,
        endedAt,
        creditsPerSecond: rate.toFixed(18),
        billedCredits: billed.toString(),
      }));

  return { bill, distribute, sell, bills, meters: () => [...meters.values()] };
};
