import { Failure } from '../../domain/failure/failure.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Closes a create and returns its VM, or throws why there is no VM. Idempotent. */
export const endOperation = async (context: ChangeContext, operation: OperationRecord, vm: VmRecord): Promise<VmRecord> => {
  const alive = vm.state !== 'terminated' && vm.state !== 'dormant';
  const failure = alive ? null : await reasonOf(context, vm);
  await closeOperation(context, operation.id, failure);
  if (failure === null) return vm;
  const reason = await whyLost(context, vm);
  throw new Failure(failure, sentence(failure, vm), {
    sideEffects: vm.state !== 'dormant' ? 'complete' : failure === 'CREATE_FAILED' ? 'unknown' : 'none',
    exposureUsdPerHour: '0',
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state, attempts: vm.attempt, ...(reason === null ? {} : { reason }) },
  });
};

const always: (transaction: LedgerReader) => boolean = () => true;

/**
 * Ends a running operation in the ledger, if `still` holds in that very transaction. A failure for want of credits, or an interruption,
 * does not count for the breaker: neither shows that creating is broken.
 */
export const closeOperation = async (context: ChangeContext, id: string, failure: FailureCode | null, still = always): Promise<void> => {
  const ledger = await context.ledger();
  if (ledger.operation(id)?.state !== 'running') return;
  ledger.write('operation.end', (transaction) => {
    const operation = transaction.operation(id);
    if (operation?.state !== 'running' || !still(transaction)) return;
    transaction.updateOperation(id, {
      state: failure === null ? 'succeeded' : 'failed',
      endedAt: context.clock.now(),
      failure,
      breaker: failure !== null && failure !== 'CREDITS_SHORT' && failure !== 'INTERRUPTED',
    });
    transaction.recordEffect({
      at: context.clock.now(),
      point: 'operation.end',
      network: operation.network,
      account: operation.account,
      task: operation.task,
      operation: id,
      vm: null,
      outcome: failure ?? 'succeeded',
      credits: null,
      latencyMs: context.clock.now() - operation.startedAt,
      facts: {},
    });
  });
};

/** Returns why the last attempt was given up, in this tool's own fixed words; null where it ended in another way. */
const whyLost = async (context: ChangeContext, vm: VmRecord): Promise<string | null> => {
  const [begun] = (await context.ledger()).effects({ vm: vm.id, point: 'destroy.begin' });
  return (begun === undefined ? undefined : factsOf('destroy.begin', begun).reason) ?? null;
};

const reasonOf = async (context: ChangeContext, vm: VmRecord): Promise<FailureCode> => {
  if (vm.ending === 'price') return 'PRICE_MOVED';
  if (vm.ending === 'destroy' || vm.ending === 'expired') return 'INTERRUPTED';
  if (vm.state === 'terminated') return 'CREATE_FAILED';
  const ledger = await context.ledger();
  const effects = ledger.effects({ vm: vm.id });
  const refusal = effects.find((effect) => effect.point === 'create.published');
  if (refusal !== undefined && factsOf('create.published', refusal).reason === 'credits') return 'CREDITS_SHORT';
  const rejected = effects.some(({ point, outcome }) => point === 'reconcile.status' && outcome === 'rejected');
  return rejected || refusal?.outcome === 'rejected' || refusal?.outcome === 'invalid' ? 'NETWORK_REJECTED' : 'CREATE_FAILED';
};

const sentence = (code: FailureCode, vm: VmRecord): string => {
  const id = shortId(vm.id);
  if (code === 'CREDITS_SHORT') return `The network refused VM ${vm.name} for want of credits; nothing runs.`;
  if (code === 'NETWORK_REJECTED')
    return `The network rejected the INSTANCE message of VM ${vm.name} (${id}); nothing runs, and it stays watched.`;
  if (code === 'PRICE_MOVED') return `The network's price of VM ${vm.name} is above the plan's ceiling; it was forgotten again.`;
  if (vm.ending === 'unarmed')
    return `VM ${vm.name} could not be given a timer of its own, which the policy asks for; it was forgotten again.`;
  if (code === 'INTERRUPTED') return `VM ${vm.name} was destroyed while it was coming up.`;
  if (vm.state === 'dormant') {
    return `The network took no decision on VM ${vm.name} (${id}) within 15 min; nothing is held for it any more, and it stays watched.`;
  }
  return `VM ${vm.name} did not come up on ${vm.attempt} ${vm.attempt === 1 ? 'node' : 'nodes'}; every attempt is forgotten again.`;
};
