import { onTestFinished } from 'vitest';
import { createVm } from './lifecycle-calls.ts';
import { openWorld, type TestContext, testContext } from './test-context.ts';

export type Change = (response: Response, request: Request) => Promise<Response> | Response;

export interface Slow {
  host: 'ccn-a' | 'ccn-b' | 'ccn-c';
  /** How long each of its answers takes; may be set later. */
  ms: number;
  hosts?: 2 | 3;
  /** What the slow one says in place of what it has. */
  slow?: Change;
  /** What the others say in place of what they have. */
  quick?: Change;
}

/** A world in which one CCN host takes its time for every answer, whose third host has what the first has. */
export const slowHost = async (pace: Slow): Promise<TestContext> => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  return testContext({
    world,
    ...(pace.hosts === 2 ? {} : { third: async (honest: Response) => honest }),
    async spoil(response, request) {
      const { hostname } = new URL(request.url);
      if (!hostname.startsWith('ccn-')) return response;
      if (!hostname.startsWith(pace.host)) return pace.quick?.(response, request) ?? response;
      if (pace.ms > 0) await world.devnet.clock.wait(pace.ms);
      return pace.slow?.(response, request) ?? response;
    },
  });
};

/** A VM, and from then on a host that takes its time. */
export const vmBesideSlowHost = async (pace: Slow): Promise<{ t: TestContext; id: string }> => {
  const then = { ms: pace.ms, slow: pace.slow, quick: pace.quick };
  Object.assign(pace, { ms: 0, slow: undefined, quick: undefined });
  const t = await slowHost(pace);
  const { id } = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
  await t.run(t.devnet.clock.wait(60_000));
  Object.assign(pace, then);
  t.requests.length = 0;
  t.warnings.length = 0;
  return { t, id };
};

/** How long it takes by the devnet's clock, and what comes of it. */
export const timed = async <Value>(t: TestContext, work: Promise<Value>): Promise<{ ms: number; value: Value }> => {
  const since = t.devnet.clock.now();
  const value = await t.run(work);
  return { ms: t.devnet.clock.now() - since, value };
};

/** The CCN hosts that were asked, in order. */
export const hostsAsked = (t: TestContext): string[] =>
  t.requests.map((request) => new URL(request.split(' ')[1]!).hostname.split('.')[0]!).filter((host) => host.startsWith('ccn-'));

/** Answers of a path, changed. */
export const changed =
  <Body>(path: RegExp, change: (body: Body) => object): Change =>
  async (response, { url }) =>
    path.test(url) && response.ok ? Response.json(change((await response.json()) as Body)) : response;
