import { Failure } from '../../domain/failure/failure.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { neverSent } from './never-sent.ts';

/** Closes a create and returns its VM, or throws why there is no VM: of one that is closed, why it failed then. Idempotent. */
export const endOperation = async (context: ChangeContext, operation: OperationRecord, vm: VmRecord): Promise<VmRecord> => {
  const alive = vm.state !== 'terminated' && vm.state !== 'dormant';
  const failure = alive ? null : (operation.failure ?? (await reasonOf(context, vm)));
  await closeOperation(context, operation.id, failure);
  if (failure === null) return vm;
  const reason = await whyLost(context, vm);
  const rejection = await whyRejected(context, vm);
  throw new Failure(failure, sentence(failure, vm, rejection), {
    sideEffects: vm.state !== 'dormant' ? 'complete' : failure === 'CREATE_FAILED' ? 'unknown' : 'none',
    exposureUsdPerHour: '0',
    facts: {
      id: shortId(vm.id),
      name: vm.name,
      state: vm.state,
      attempts: vm.attempt,
      ...(reason === null ? {} : { reason }),
      ...rejection,
    },
  });
};

/** Failures of a create for want of a public head: nothing left this machine. */
const unpublished: readonly FailureCode[] = ['HEAD_UNPUBLISHED', 'LEDGER_ROLLED_BACK', 'LEDGER_OTHER'];

/** Failures of a create for want of credits, because somebody ended it, because no host was there, or for want of a public head. */
const blameless: readonly FailureCode[] = ['CREDITS_SHORT', 'INTERRUPTED', 'NETWORK_UNAVAILABLE', ...unpublished];

const always: (transaction: LedgerReader) => boolean = () => true;

/**
 * Ends a running operation in the ledger, if `still` holds in that very transaction. What does not show that creating is broken does not
 * count for the breaker.
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
      breaker: failure !== null && !blameless.includes(failure),
    });
    transaction.recordEffect({
      at: context.clock.now(),
      point: 'operation.end',
      network: operation.network,
      account: operation.account,
      agent: operation.agent,
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

interface Rejected {
  rejection?: number;
  reason?: string;
}

/** Returns the network's code for why it rejected the VM, and our reading of it; nothing where it did not, or did not say. */
const whyRejected = async (context: ChangeContext, vm: VmRecord): Promise<Rejected> => {
  const effects = (await context.ledger()).effects({ vm: vm.id });
  const said = effects.map((effect): Rejected => {
    if (effect.point === 'create.published') return factsOf('create.published', effect);
    return effect.point === 'reconcile.status' ? factsOf('reconcile.status', effect) : {};
  });
  return said.find(({ rejection }) => rejection !== undefined) ?? {};
};

const reasonOf = async (context: ChangeContext, vm: VmRecord): Promise<FailureCode> => {
  if (vm.ending === 'price') return 'PRICE_MOVED';
  if (vm.ending === 'destroy' || vm.ending === 'expired') return 'INTERRUPTED';
  if (vm.state === 'terminated') return 'CREATE_FAILED';
  if ((await whyRejected(context, vm)).reason === 'credits') return 'CREDITS_SHORT';
  const effects = (await context.ledger()).effects({ vm: vm.id });
  if (effects.some(({ point, outcome }) => point === 'reconcile.status' && outcome === neverSent)) return 'NETWORK_UNAVAILABLE';
  const refusal = effects.find((effect) => effect.point === 'create.published');
  const rejected = effects.some(({ point, outcome }) => point === 'reconcile.status' && outcome === 'rejected');
  return rejected || refusal?.outcome === 'rejected' || refusal?.outcome === 'invalid' ? 'NETWORK_REJECTED' : 'CREATE_FAILED';
};

/** What the network's reasons mean for somebody who wanted a VM. */
const reasons: Readonly<Record<string, string>> = {
  image: 'the image is unknown to it, or larger than the disk',
  permission: 'this key may not create VMs for the account that pays',
  signature: 'it takes the signature for invalid',
  payment: 'it does not take payment in credits for this VM',
  format: 'it takes the form of the message for wrong',
};

const sentence = (code: FailureCode, vm: VmRecord, { rejection, reason }: Rejected): string => {
  const id = shortId(vm.id);
  const why = reason === undefined ? '' : `: ${reasons[reason] ?? 'its reason has no name here'} (code ${rejection})`;
  if (code === 'CREDITS_SHORT') return `The network refused VM ${vm.name} for want of credits; nothing runs.`;
  if (code === 'NETWORK_REJECTED')
    return `The network rejected the INSTANCE message of VM ${vm.name} (${id})${why}. Nothing runs, and it stays watched.`;
  if (code === 'NETWORK_UNAVAILABLE') return `No CCN host answered when VM ${vm.name} (${id}) was to be sent. Nothing was sent.`;
  if (unpublished.includes(code)) return `Nothing was sent for VM ${vm.name} (${id}): its hold could not be made public, and is released.`;
  if (code === 'PRICE_MOVED') return `The network's price of VM ${vm.name} is above the plan's ceiling; it was forgotten again.`;
  if (vm.ending === 'unarmed')
    return `VM ${vm.name} could not be given a timer of its own, which the policy asks for; it was forgotten again.`;
  if (code === 'INTERRUPTED') return `VM ${vm.name} was destroyed while it was coming up.`;
  if (vm.state === 'dormant') {
    return `The network took no decision on VM ${vm.name} (${id}) within 15 min; nothing is held for it any more, and it stays watched.`;
  }
  return `VM ${vm.name} did not come up on ${vm.attempt} ${vm.attempt === 1 ? 'node' : 'nodes'}; every attempt is forgotten again.`;
};
