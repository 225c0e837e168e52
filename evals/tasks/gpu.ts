import { putLimits } from '../../test/support/put-limits.ts';
import { line, shown, unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

interface Listed {
  untrustedGpus: string[];
}
interface Price {
  model: string | null;
  usdPerHour: string;
}

/** The cheapest card of all that a node offers. */
const cheapest = (nodes: readonly Listed[], prices: readonly Price[]): string => {
  const free = nodes.flatMap(({ untrustedGpus }) => untrustedGpus);
  const cards = prices.filter(({ model }) => model !== null && free.includes(model));
  return cards.sort((a, b) => Number(a.usdPerHour) - Number(b.usdPerHour))[0]!.model!;
};

export const gpu = task({
  id: 'gpu',
  prompt:
    'A VM called train with one GPU is wanted for one hour: whichever card is the cheapest that a node has free. A person is always asked for a GPU, and none is here now: see that the person finds the one request to say yes to, and end.',
  async given(world) {
    const plenty = { maxBurnCreditsPerHour: 20_000_000n, maxDayCredits: 10n ** 9n, maxTotalCredits: 10n ** 9n, maxComputeUnits: 64 };
    world.home.ledger((ledger) => putLimits(ledger, world.home.address, plenty));
    const [nodes, prices] = [await line(world, 'crns ls --limit 1000 --full'), await line(world, 'credits prices')];
    return cheapest(nodes['items'] as Listed[], prices['items'] as Price[]);
  },
  problems({ bills, approvals }, card) {
    const open = approvals.filter(({ state }) => state === 'pending');
    const asked = open.map(({ plan }) => plan as { action: string; subject: { spec?: { gpus?: string[] } } })[0];
    return [
      ...unless(bills.length === 0, `${bills.length} VMs were made`),
      ...unless(open.length === 1, `${open.length} requests wait for a person`),
      ...unless(
        asked?.action === 'vm create' && JSON.stringify(asked.subject.spec?.gpus) === JSON.stringify([card]),
        `what waits is ${asked?.action} with ${shown(asked?.subject.spec?.gpus)} instead of ${card}`,
      ),
    ];
  },
});
