import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { officialAggregates } from '../../../src/adapters/aleph/http/official-aggregates.ts';
import { openLooks } from '../../../src/adapters/aleph/looks.ts';
import { openCloud } from '../../../src/adapters/aleph/open-cloud.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { type Answers, fetchOf, json, jumpingClock, twoHosts } from './network-of.ts';

const address = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';
const vm = 'a'.repeat(64);
const balance = (credits: number, of = address) =>
  json({ address: of, credit_balance: credits, credit_balance_details: [{ expiration_date: null, amount: credits }] });
const { settings: official } = officialAggregates;
const isBalance = ({ pathname }: URL): boolean => pathname.endsWith('/balance');

/** Calls that look at a network whose every request is kept. */
const looking = (answers: Answers) => {
  const { fetch, asked } = fetchOf(answers);
  const clock = jumpingClock();
  const looks = openLooks();
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const cache = { read: () => null, write: () => {} };
  const join = (whose = 'ours', { notBefore = Number.NEGATIVE_INFINITY }: { notBefore?: number } = {}) => {
    const [ending, over] = [new AbortController(), new AbortController()];
    const told: string[] = [];
    const cloud = looks.join(whose, {
      clock,
      notBefore,
      warn: (_code, message) => void told.push(message),
      signal: ending.signal,
      over: over.signal,
      open: (shared) =>
        openCloud({
          network: 'mainnet',
          hosts: { ...twoHosts, ccn: [...twoHosts.ccn, 'https://three.aleph.im'] },
          fetch,
          clock,
          random,
          cache,
          ...shared,
        }),
    });
    return { cloud, told, end: (reason: unknown) => ending.abort(reason), over: () => over.abort() };
  };
  return { clock, asked, join };
};

const endless = () => new Promise<Response>(() => {});

describe('calls that look at the same moment', () => {
  it('ask once for all of them, those that come while the answer is awaited and those that come after it', async () => {
    const { asked, join } = looking(({ url }) => (isBalance(url) ? balance(5) : undefined));
    const awaited = await Promise.all([1, 2, 3].map(() => join().cloud.accounts.balance(address)));
    expect((await join().cloud.accounts.balance(address)).credits).toBe(5n);
    expect(awaited.map(({ credits }) => credits)).toEqual([5n, 5n, 5n]);
    const alone = looking(({ url }) => (isBalance(url) ? balance(5) : undefined));
    await alone.join().cloud.accounts.balance(address);
    expect(asked.length).toBe(alone.asked.length);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('tell questions apart: another address is another one', async () => {
    const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
    const { join } = looking(({ url }) => (isBalance(url) ? (url.pathname.includes(other) ? balance(7, other) : balance(5)) : undefined));
    const { accounts } = join().cloud;
    const both = await Promise.all([accounts.balance(address), accounts.balance(other)]);
    expect(both.map(({ credits }) => credits)).toEqual([5n, 7n]);
  });

  it('ask of one VM each for itself, as what is told of it is its asker’s alone', async () => {
    const { asked, join } = looking(() => json({ status: 'processed', item_hash: vm }));
    const [one, other] = [join(), join()];
    await one.cloud.messages.statusOf(vm);
    const alone = asked.length;
    await other.cloud.messages.statusOf(vm);
    expect([alone > 0, asked.length]).toEqual([true, 2 * alone]);
  });

  it('ask anew a second later, by the network’s time, and say since when they may have read', async () => {
    let credits = 5;
    const { clock, join } = looking(({ url }) => (isBalance(url) ? balance(credits) : undefined));
    const first = join();
    const begun = clock.now();
    expect(first.cloud.since()).toBe(begun);
    await first.cloud.accounts.balance(address);
    credits = 4;
    await clock.wait(999);
    const second = join().cloud;
    expect([second.since(), (await second.accounts.balance(address)).credits]).toEqual([begun, 5n]);
    await clock.wait(1);
    const third = join().cloud;
    expect([third.since(), (await third.accounts.balance(address)).credits]).toEqual([begun + 1000, 4n]);
    // a call that goes on and on does not live in its first moment
    await clock.wait(5000);
    expect([first.cloud.since(), (await first.cloud.accounts.balance(address)).credits]).toEqual([begun + 5000, 4n]);
  });

  it('take nothing from before a change of their own', async () => {
    let credits = 5;
    const { join } = looking(({ url }) => (isBalance(url) ? balance(credits) : undefined));
    await join().cloud.accounts.balance(address);
    credits = 3;
    const changedAt = performance.now();
    expect((await join('ours', { notBefore: changedAt }).cloud.accounts.balance(address)).credits).toBe(3n);
    // and who comes later has the newer figure, too
    expect((await join().cloud.accounts.balance(address)).credits).toBe(3n);
  });

  it('end each for itself: one that is ended waits no longer, and the others get the answer', async () => {
    let answer = (_response: Response): void => {};
    const { join } = looking(({ url }) => (isBalance(url) ? new Promise((resolve) => (answer = resolve)) : undefined));
    const [one, other] = [join(), join()];
    const [ended, goes] = [one.cloud.accounts.balance(address), other.cloud.accounts.balance(address)];
    one.end(new Failure('AGENT_REFUSED', 'put out'));
    await expect(ended).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
    one.over();
    answer(balance(5));
    expect((await goes).credits).toBe(5n);
  });

  it('end with the last who waits what nobody waits for any more, and whoever comes then asks anew', async () => {
    let works = false;
    const { asked, join } = looking(({ url }) => (isBalance(url) ? (works ? balance(5) : endless()) : undefined));
    const both = [join(), join()];
    const waiting = both.map(({ cloud }) => cloud.accounts.balance(address));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
    const put = (n: number): void => {
      both[n]!.end(new Failure('AGENT_REFUSED', 'put out'));
      both[n]!.over();
    };
    put(0);
    expect(asked.map(({ signal }) => signal.aborted)).not.toContain(true);
    put(1);
    expect(asked.map(({ signal }) => signal.aborted)).not.toContain(false);
    for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
    works = true;
    expect((await join().cloud.accounts.balance(address)).credits).toBe(5n);
  });

  it('keep nobody waiting behind the long lists of another', async () => {
    const answers: Answers = ({ url }) => (isBalance(url) ? balance(5) : url.pathname.endsWith('/credit_history') ? endless() : undefined);
    const { asked, join } = looking(answers);
    const heavy = join();
    const lists = Array.from({ length: 20 }, (_, days) => heavy.cloud.accounts.expenses(address, days * 86_400_000));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(16));
    await join().cloud.accounts.balance(address);
    // nor was any of them given up before
    expect(asked.map(({ signal }) => signal.aborted)).not.toContain(true);
    heavy.end(new Failure('AGENT_REFUSED', 'put out'));
    for (const each of lists) await expect(each).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
    heavy.over();
  });

  it('share a failure with those who waited for it alone', async () => {
    let works = false;
    const { join } = looking(({ url }) => (isBalance(url) && works ? balance(5) : json({}, 503)));
    const both = [1, 2].map(() => join().cloud.accounts.balance(address));
    for (const each of both) await expect(each).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
    works = true;
    expect((await join().cloud.accounts.balance(address)).credits).toBe(5n);
  });

  it('hear what contradicts what they ask, those who come later too; whoever asks something else does not', async () => {
    const { join } = looking(({ url }) => {
      if (isBalance(url)) return balance(5);
      const models = url.hostname.startsWith('two') ? [{ device_id: '10de:2204', model: 'RTX 3090', vendor: 'NVIDIA', name: 'GA102' }] : [];
      return json({ address: official, data: { settings: { compatible_gpus: models } } });
    });
    const [first, beside, later] = [join(), join(), join()];
    expect(await first.cloud.prices.gpuDevices()).toEqual([]);
    await beside.cloud.accounts.balance(address);
    expect(later.told).toEqual([]);
    await later.cloud.prices.gpuDevices();
    await later.cloud.prices.gpuDevices();
    expect([first.told, later.told, beside.told]).toEqual([[expect.stringContaining('two.aleph.im')], first.told, []]);
  });

  it('give what nobody can change for the others', async () => {
    const { join } = looking(({ url }) => (isBalance(url) ? balance(5) : undefined));
    const found = await join().cloud.accounts.balance(address);
    expect(() => Object.assign(found, { credits: 10n ** 9n })).toThrow(TypeError);
    expect(() => found.lots.push({ credits: 1n, expiresAt: null })).toThrow(TypeError);
  });
});

describe('what calls of one moment have asked', () => {
  afterEach(() => void vi.useRealTimers());

  it('is let go of when the moment is over, though one of them goes on for a day', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    setFlagsFromString('--expose-gc');
    const { clock, join } = looking(({ url }) => (isBalance(url) ? balance(5) : undefined));
    const goesOn = join();
    const asks = async (): Promise<WeakRef<object>> => {
      const companion = join();
      const found = new WeakRef(await companion.cloud.accounts.balance(address));
      companion.over();
      return found;
    };
    const found = await asks();
    const since = goesOn.cloud.since();
    vi.advanceTimersByTime(1000);
    await clock.wait(1000);
    await join('theirs').cloud.accounts.balance(address);
    // a job of its own, as what was looked at within one is held until its end
    await new Promise((next) => setImmediate(next));
    runInNewContext('gc')();
    expect(found.deref()).toBeUndefined();
    expect(goesOn.cloud.since()).toBe(since);
  });
});
