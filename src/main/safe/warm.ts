import { momentMs, openLooks } from '../../adapters/aleph/looks.ts';
import { isAttending } from '../../adapters/host/at-work.ts';
import { homeFolders } from '../../adapters/host/home.ts';
import { type OpenLedger, openLedger } from '../../adapters/ledger/open-ledger.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { World } from '../context.ts';
import type { Reached } from '../host/open-base.ts';

/** For how long a network counts as it was found, ms. */
const goodMs = 1000;

/** What a safe has ready for calls of agents that only look. What changes or spends opens all of it anew. */
export interface Warm {
  /** One connection for all of it. */
  ledger: OpenLedger;
  /** The network of this name as another call has just reached it. A clock that waits for whoever lives by it is the call's own. */
  network(name: string, reach: () => Promise<Reached>): Promise<Reached>;
  looks: ReturnType<typeof openLooks>;
  /** An agent has made a call that may have changed something: what it looks at from now on is read from now on. */
  changed(agent: string): void;
  /** When it did so last (`performance.now`). */
  changedAt(agent: string): number;
  close(): void;
}

export const openWarm = ({ environment, machine }: Pick<World, 'environment' | 'machine'>): Warm => {
  const ledger = openLedger({ path: homeFolders(environment).ledger, user: machine.getuid?.() ?? null, now: Date.now });
  const networks = new Map<string, { at: number; reached: Promise<Reached> }>();
  const changes = new Map<string, number>();
  return {
    ledger,
    looks: openLooks(),
    changed(agent) {
      const now = performance.now();
      // nothing from before an older change is given to anybody, and the agents that come and go are without number
      for (const [name, at] of changes) if (now - at >= momentMs) changes.delete(name);
      changes.set(agent, now);
    },
    changedAt: (agent) => changes.get(agent) ?? Number.NEGATIVE_INFINITY,
    async network(name, reach) {
      const known = networks.get(name);
      if (known !== undefined && performance.now() - known.at < goodMs) {
        const reached = await known.reached;
        return isAttending(reached.clock) ? reach() : reached;
      }
      const reached = reach();
      const found = { at: performance.now(), reached };
      networks.set(name, found);
      const forget = (): void => {
        if (networks.get(name) === found) networks.delete(name);
      };
      reached.then(({ network }) => (network instanceof Failure ? forget() : undefined), forget);
      return reached;
    },
    close: () => ledger.close(),
  };
};
