import { liveStates, type VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { Random } from '../../src/ports/random.ts';
import type { Line } from './agent.ts';

export const pick = <Value>(random: Random, values: readonly Value[]): Value => values[Math.floor(random.fraction() * values.length)]!;

/** Mostly one that lives. */
const someVm = (random: Random, rows: readonly VmRecord[]): VmRecord => {
  const live = rows.filter(({ state }) => liveStates.includes(state));
  return pick(random, live.length > 0 && random.fraction() < 0.85 ? live : rows);
};

interface Choice {
  weight: number;
  line(random: Random, rows: readonly VmRecord[]): Line | null;
}

const onVm = (name: string, weight: number, more: (random: Random) => Line['raw'] = () => ({})): Choice => ({
  weight,
  line: (random, rows) => (rows.length === 0 ? null : { name, raw: { vm: someVm(random, rows).id, ...more(random) } }),
});

const plain = (name: string, weight: number, more: (random: Random) => Line['raw'] = () => ({})): Choice => ({
  weight,
  line: (random) => ({ name, raw: more(random) }),
});

/** An id names one request, so its arguments follow from it. */
const create = (random: Random): Line['raw'] => {
  const wait = random.fraction() < 0.7;
  if (random.fraction() < 0.35) {
    const requestId = pick(random, ['one', 'two']);
    return { name: `by-${requestId}`, cu: 1, ttl: '30m', requestId, wait, guestTimer: 'off' };
  }
  return { cu: pick(random, [1, 1, 2, 4]), ttl: pick(random, ['10m', '30m', '1h', '2h', '4h', '30h']), wait, guestTimer: 'off' };
};

const destroySome = (random: Random, rows: readonly VmRecord[]): Line | null => {
  const roll = random.fraction();
  if (roll < 0.15) return { name: 'vm destroy', raw: { all: true } };
  if (roll < 0.3) return { name: 'vm destroy', raw: { expired: true } };
  if (roll < 0.4) return { name: 'vm destroy', raw: { task: pick(random, ['nightly', 'ci']) } };
  return rows.length === 0 ? null : { name: 'vm destroy', raw: { vms: [someVm(random, rows).id] } };
};

const choices: readonly Choice[] = [
  plain('vm create', 34, create),
  { weight: 16, line: destroySome },
  onVm('vm extend', 12, (random) => ({
    by: pick(random, ['10m', '30m', '2h', '23h']),
    ...(random.fraction() < 0.4 ? { requestId: 'longer' } : {}),
  })),
  onVm('vm wait', 5),
  onVm('vm protect', 4, (random) => (random.fraction() < 0.3 ? { off: true } : {})),
  onVm('vm stop', 2),
  onVm('vm start', 2),
  plain('gc', 8, () => ({ execute: true })),
  plain('ledger reconcile', 5),
  plain('ledger take-over', 1.5),
  plain('freeze', 0.8),
  plain('freeze', 0.4, () => ({ destroyAll: true })),
  plain('thaw', 3),
  plain('approve', 3, (random) => ({ upTo: pick(random, ['0.2', '0.5']), cu: 4, ttl: '4h', vms: pick(random, [1, 2]), until: '12h' })),
  plain('policy task', 2, (random) => ({ name: 'nightly', budget: pick(random, ['0.03', '0.1', '0.2']) })),
  plain('policy set', 2, (random) =>
    pick(random, [{ maxVms: 2 }, { maxVms: 3 }, { maxDay: '0.3' }, { maxDay: '0.5' }, { maxTotal: '0.6' }, { askAbove: '0.05' }]),
  ),
];

const whole = choices.reduce((sum, { weight }) => sum + weight, 0);

export const commandsChosen: readonly string[] = [
  'vm create',
  'vm destroy',
  'vm extend',
  'vm wait',
  'vm protect',
  'vm stop',
  'vm start',
  'vm adopt',
  'gc',
  'ledger reconcile',
  'ledger take-over',
  'freeze',
  'thaw',
  'approve',
  'policy task',
  'policy set',
];

/** What an agent might type next: what it sees, at random. Without a VM to mean it asks for one. */
export const someLine = (random: Random, rows: readonly VmRecord[]): Line => {
  let roll = random.fraction() * whole;
  const chosen = choices.find(({ weight }) => {
    roll -= weight;
    return roll < 0;
  });
  return chosen?.line(random, rows) ?? { name: 'vm create', raw: create(random) };
};
