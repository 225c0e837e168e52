import { admits, hasGpus } from './node/admission.ts';
import { creationFailed, isItemHash, knownInstance, requireThisNode } from './vm/known-instance.ts';
import { startVm } from './vm/start-vm.ts';
import type { Crn } from './world/crn.ts';
import { CrnError, jsonError, reasonError, unhandled } from './world/crn-error.ts';
import type { InstanceSpec } from './world/instance-spec.ts';

/** A call that is never answered, while the VM starts all the same. */
const neverMs = 3_600_000;

const parseBody = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw jsonError(400, 'Body is not valid JSON');
  }
};

/** Pydantic's errors, which the node encodes twice: a JSON string with JSON in it. `ctx` is what the sentence was made of. */
const modelError = (input: unknown, type: string, msg: string, ctx: object = {}): CrnError =>
  new CrnError(400, JSON.stringify([{ type, loc: ['instance'], msg, input, ...ctx, url: `https://errors.pydantic.dev/2.10/v/${type}` }]));

const instanceOf = (body: unknown): string => {
  const instance = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)['instance'] : undefined;
  if (instance === undefined) throw modelError(body, 'missing', 'Field required');
  if (typeof instance !== 'string') throw modelError(instance, 'string_type', 'Input should be a valid string');
  if (!isItemHash(instance)) {
    const error = `Could not determine hash type: '${instance}'`;
    throw modelError(instance, 'value_error', `Value error, ${error}`, { ctx: { error } });
  }
  return instance;
};

/** Credit VMs need one hour in the owner's balance; hold VMs are not looked at, streams do not exist here. */
const requirePayment = (crn: Crn, hash: string, spec: InstanceSpec): void => {
  if (spec.paymentType === 'hold') return;
  if (spec.paymentType !== 'credit') throw reasonError(400, 'Invalid payment method');
  const price = crn.checks.price(hash);
  if (price === null) throw unhandled(`Failed to fetch the price of ${hash}`, 'aiohttp.client_exceptions.ClientResponseError');
  const required = price.mul(3600);
  const credits = crn.checks.credits(spec.owner);
  if (required.gt(credits.toString()))
    throw jsonError(
      402,
      `Insufficient credits for this instance\n\nRequired: ${required.toFixed()} credits \nCurrent user credits: ${credits}`,
    );
};

const requireRoom = (crn: Crn, hash: string, spec: InstanceSpec): void => {
  if (crn.state.vms[hash] !== undefined || admits(crn, spec)) return;
  if (crn.spec.generation === 'G1') throw jsonError(503, 'This CRN cannot host the requested instance at this time.');
  throw creationFailed(hash, "InsufficientResourcesError('Not enough resources on this node')");
};

/** `POST /control/allocation/notify`: the checks of protocol-crn.md 2.5 in their order, then the boot; answers when the VM runs. */
export const notify = async (crn: Crn, text: string): Promise<Record<string, unknown>> => {
  const { faults, clock } = crn.world;
  const hash = instanceOf(parseBody(text));
  if (faults.strike(crn.host, 'message-unknown') !== null) throw unhandled(`Aleph message not found: ${hash}`, 'FileNotFoundError');
  const spec = knownInstance(crn, hash);
  requireThisNode(crn, spec);
  if (faults.strike(crn.host, 'notify-conflict') !== null) throw reasonError(409, 'Allocations of this node are governed by the scheduler');
  if (crn.spec.generation === 'G1') requireRoom(crn, hash, spec);
  requirePayment(crn, hash, spec);
  requireRoom(crn, hash, spec);
  if (spec.confidential && !crn.spec.confidential) throw unhandled('Confidential computing is not supported on this node', 'ValueError');
  if (crn.state.vms[hash] === undefined && !hasGpus(crn, spec))
    throw unhandled(`Failed to find available GPU for ${spec.gpuDevices.join(', ')}`, 'Exception');
  if (faults.strike(crn.host, 'notify-fails') !== null) throw creationFailed(hash, 'MicroVMFailedInitError()');
  const started = startVm(crn, hash, spec);
  if (faults.strike(crn.host, 'notify-timeout') !== null) await clock.wait(neverMs);
  const outcome = await started;
  if (outcome instanceof Error) throw outcome;
  if (outcome === 'ended') throw creationFailed(hash, "VmSetupError('The VM was stopped while it started')");
  return { success: true, successful: true, failing: [], errors: {} };
};
