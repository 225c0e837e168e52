import type { Described } from '../../../contract/declare/describe.ts';
import type { Style } from '../../../contract/declare/style.ts';
import type { ReadContext } from '../../../ports/context.ts';
import type { Person } from '../../consent.ts';
import { bestNodes, keysHere, liveVms, openRequests, spendingKeys } from './candidates.ts';
import type { Pickers } from './fill-missing.ts';
import { type Candidates, pick } from './pick.ts';

type Offer = (context: ReadContext, style: Style) => Promise<Candidates>;

/** What a person chooses among, by the command, or its first word, and the input's key. */
const offers: Readonly<Record<string, Offer>> = {
  'vm vm': liveVms,
  'vm vms': liveVms,
  'gc vm': liveVms,
  'keys use name': spendingKeys,
  'keys backup name': keysHere,
  'crns crn': bestNodes,
  'approve id': (context, style) => openRequests(context, style, { granted: false }),
  'approvals id': (context, style) => openRequests(context, style, { granted: true }),
  'deny id': (context, style) => openRequests(context, style, { granted: true }),
};

/** Inputs that may be left out where one of these says what is meant instead. */
const instead: Readonly<Record<string, readonly string[]>> = {
  'approve id': ['request', 'upTo'],
  'vm destroy vms': ['expired', 'all', 'ofTask'],
};

interface Asked {
  context(): Promise<ReadContext>;
  person: Person;
  style: Style;
  say(text: string): void;
}

/** What this command's missing inputs are chosen by; `given`: what was typed. */
export const pickersOf = (
  { name, inputs }: Described,
  given: Readonly<Record<string, unknown>>,
  { context, person, style, say }: Asked,
): Pickers => {
  const [noun = ''] = name.split(' ');
  const isOpen = (key: string, required: boolean): boolean =>
    required || (instead[`${name} ${key}`]?.every((other) => given[other] === undefined) ?? false);
  const picked = inputs.flatMap(({ key, required }) => {
    const offer = offers[`${name} ${key}`] ?? offers[`${noun} ${key}`];
    return offer === undefined || !isOpen(key, required) ? [] : [[key, offer] as const];
  });
  return Object.fromEntries(
    picked.map(([key, offer]) => [key, async () => pick(await offer(await context(), style), person, style, say)] as const),
  );
};
