import type { AnsweredDocument, Order } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { CommandName } from '../../domain/suggest/command-name.ts';
import { human } from '../../domain/suggest/fix.ts';
import { failed } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import type { PageDoor } from '../page-door.ts';

/** A call as the page makes it. */
export interface PageCall {
  command: string;
  input: Readonly<Record<string, unknown>>;
  /** The name that was typed for what cannot be taken back. */
  typed?: string | undefined;
}

type Input = PageCall['input'];

const hasOnly = (input: Input, ...keys: readonly string[]): boolean => Object.keys(input).every((key) => keys.includes(key));

/** What it shows: queries alone, whose inputs choose rows. */
const shows: ReadonlySet<string> = new Set<CommandName>([
  'status',
  'vm ls',
  'vm show',
  'credits balance',
  'credits history',
  'policy show',
  'approvals ls',
  'approvals show',
  'agents ls',
  'ledger ls',
  'ledger verify',
]);

/** An approver's signature, which whoever brings it has: it is the program that checks whose it is, and over what. */
const isSignature = (input: Input): boolean =>
  hasOnly(input, 'id', 'signature') && /^0x[0-9a-f]{130}$/i.test(String(input['signature'])) && typeof input['signature'] === 'string';

/** An envelope, which becomes a request: at /approve a code approves it at once. */
const isEnvelope = (input: Input): boolean => 'upTo' in input && hasOnly(input, 'upTo', 'ttl', 'cu', 'vms', 'until');

const isItemHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** What it changes, each with the inputs that it may have there; what a person must agree to becomes a request, as for anybody. */
const changes: ReadonlyMap<string, (input: Input) => boolean> = new Map<CommandName, (input: Input) => boolean>([
  ['freeze', (input) => hasOnly(input)],
  // whoever approves decides, as of everything that is asked for here
  ['thaw', (input) => hasOnly(input)],
  ['approve', (input) => isSignature(input) || isEnvelope(input)],
  ['deny', (input) => hasOnly(input, 'id')],
  ['policy set', (input) => !('funder' in input) && !('reauthorise' in input)],
  // by its item hash alone: names are one caller's, and another VM may have the name by the time it is typed
  [
    'vm destroy',
    (input) => hasOnly(input, 'vms') && Array.isArray(input['vms']) && input['vms'].length === 1 && isItemHash(input['vms'][0]),
  ],
  ['agents suspend', (input) => hasOnly(input, 'name')],
  ['agents revoke', (input) => hasOnly(input, 'name')],
]);

/** The item hash of the VM that it ends; null where it ends none. */
const endedVm = ({ command, input }: PageCall): string | null => (command === 'vm destroy' ? (input['vms'] as [string])[0] : null);

export const refusedHere = (message: string): Failure =>
  new Failure('PAGE_REFUSED', message, { sideEffects: 'none', fix: human('Do it at a terminal.') });

/** Refuses what is none of the page's. `PAGE_REFUSED`, `USAGE`. */
export const checkPageCall = (call: PageCall, readOnly: boolean): void => {
  const { command, input } = call;
  if (shows.has(command)) return;
  // what a wallet would sign, as it is decoded from the stored plan; nothing is given by it
  if (command === 'approve' && input['show'] === true && hasOnly(input, 'show', 'id')) return;
  if (changes.get(command)?.(input) !== true) throw refusedHere(`The page makes no such call of "${command.slice(0, 40)}".`);
  if (readOnly) throw refusedHere('This page only shows: it was started with --json, on a pipe or under CI.');
  if (command === 'agents revoke') checkTyped(call, input['name']);
};

/** Refuses to end what was not named. `USAGE`. */
const checkTyped = ({ typed }: PageCall, name: unknown): void => {
  if (typed !== name) throw new Failure('USAGE', `Type ${String(name).slice(0, 80)} to end it.`, { sideEffects: 'none' });
};

/** Calls at once; the page makes about ten. */
const most = 24;

/** The calls of the page: the same as anybody's, and the same envelopes. */
export const pageCalls = (door: Pick<PageDoor, 'call' | 'signal' | 'version' | 'readOnly'>, closed: AbortSignal) => {
  let underWay = 0;
  const document = (thrown: unknown, command: string | null = null): AnsweredDocument => {
    const failure = failureOf(thrown, door.signal);
    return failed(failure, { command, exit: failure.exit, warnings: [], meta: { version: door.version } }) as AnsweredDocument;
  };
  const made = async (...[order, around]: Parameters<PageDoor['call']>): Promise<AnsweredDocument> => {
    if (underWay >= most) throw new Failure('PAGE_REFUSED', 'Too many calls are under way.', { sideEffects: 'none', retryAfterSeconds: 1 });
    underWay += 1;
    return door
      .call(order, { ...around, whole: true })
      .then((answered) => answered.document)
      .finally(() => {
        underWay -= 1;
      });
  };
  return {
    document,
    made,
    async answered(call: PageCall): Promise<AnsweredDocument> {
      checkPageCall(call, door.readOnly);
      const order: Order = { command: call.command, input: call.input };
      const vm = endedVm(call);
      if (vm !== null) {
        const shown = await made({ command: 'vm show', input: { vm } }, { signal: closed });
        if (!shown.ok) return shown;
        checkTyped(call, (shown.data as { name: string }).name);
      }
      return made(order, { signal: closed });
    },
  };
};
