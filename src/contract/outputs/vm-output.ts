import * as z from 'zod';
import type { EnforcerKind, EnforcerRecord } from '../../domain/ending/enforcer.ts';
import { endedBy, enders, shownState } from '../../domain/ledger/ended.ts';
import { otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { instant, money, vmId } from '../fields/fields.ts';

const sshOutput = z.object({ host: z.string(), port: z.int(), user: z.string() }).nullable();

/** A VM as every command shows it. */
export const vmOutput = z.object({
  id: vmId,
  name: z.string(),
  state: z
    .enum(['requested', 'dormant', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping', 'ended', 'terminated'])
    .describe('dormant: never taken by the network; ended: gone without a destroy; terminated: destroyed'),
  ssh: sshOutput,
  node: z.string().describe('First 12 digits of the CRN hash'),
  usdPerHour: money,
  expiresAt: instant,
  ttlEnforcedBy: z.array(z.enum(['guest', 'safe', 'reaper', 'carrier'])).describe('Who ends it at expiry while nobody runs'),
  costUntilExpiryUsd: money,
  itemHash: z.string(),
  ipv6: z.string().nullable(),
  task: z.string().nullable(),
  account: z.string(),
  payer: z.string().optional().describe('Who pays, where that is not the account'),
  operation: z.string(),
  attempt: z.int(),
  vcpus: z.int(),
  memoryMib: z.int(),
  diskMib: z.int(),
  image: z.string(),
  gpus: z.array(z.string()),
  confidential: z.boolean(),
  nodeHash: z.string(),
  nodeUrl: z.string(),
  untrustedNodeName: z.string(),
  protected: z.boolean().describe('Destroying it asks a person'),
  createdAt: instant,
  readySeconds: z.number().nullable().describe('From signing to an SSH banner'),
  heldUsd: money,
  billedUsd: money,
  guestTimer: z.enum(['off', 'wanted', 'armed', 'failed']),
  settled: z.boolean(),
  ended: z
    .object({ by: z.enum(enders), at: instant.nullable() })
    .nullable()
    .describe('Who ended it without a destroy, and when'),
});

/** For people: what it means that a VM is dormant. */
export const dormantWords =
  'the network never took it: nothing runs, bills or is held. It stays watched, because whoever has its order could still post it';

export type VmOutput = z.output<typeof vmOutput>;

/** The fields of a VM that are shown without --full. */
export const vmBrief = ['id', 'name', 'state', 'ssh', 'node', 'usdPerHour', 'expiresAt', 'ttlEnforcedBy', 'costUntilExpiryUsd', 'payer'];

interface Enforced {
  by: readonly EnforcerKind[];
  guest: EnforcerRecord | null;
}

/** A VM's row as output. One that is gone burns nothing, will cost nothing and has no timer; what it cost stands in `heldUsd` and `billedUsd`. `enforced`: what was seen within the last hour to end the VM at its expiry when no process of ours runs. */
export const toVmOutput = (vm: VmRecord, enforced: Enforced): VmOutput => {
  const gone = vm.state === 'terminated' || vm.state === 'dormant';
  return {
    id: shortId(vm.id),
    name: vm.name,
    state: shownState(vm),
    ssh: gone ? null : vm.endpoint,
    node: shortId(vm.node.hash),
    usdPerHour: gone ? '0' : usdPerHour(new Exact(vm.rate)),
    expiresAt: formatInstant(vm.expiresAt),
    ttlEnforcedBy: [...enforced.by],
    costUntilExpiryUsd: gone ? '0' : usd(creditsOver(new Exact(vm.rate), vm.ttlSeconds)),
    itemHash: vm.id,
    ipv6: vm.ipv6,
    task: vm.task,
    account: vm.account,
    ...otherPayer(vm),
    operation: vm.operation,
    attempt: vm.attempt,
    vcpus: vm.spec.vcpus,
    memoryMib: vm.spec.memoryMib,
    diskMib: vm.spec.diskMib,
    image: vm.spec.image,
    gpus: [...(vm.spec.gpus ?? [])],
    confidential: vm.spec.confidential ?? false,
    nodeHash: vm.node.hash,
    nodeUrl: vm.node.url,
    untrustedNodeName: vm.node.untrustedName,
    protected: vm.protected,
    createdAt: formatInstant(vm.signedAt),
    readySeconds: vm.healthyAt === null ? null : Math.round((vm.healthyAt - vm.signedAt) / 100) / 10,
    heldUsd: usd(vm.hold),
    billedUsd: usd(vm.billed),
    settled: vm.settled,
    guestTimer: gone ? 'off' : (enforced.guest?.state ?? 'off'),
    ended: endOf(vm),
  };
};

const endOf = (vm: VmRecord): VmOutput['ended'] => {
  const by = endedBy(vm);
  return by === null ? null : { by, at: vm.terminatedAt === null ? null : formatInstant(vm.terminatedAt) };
};
