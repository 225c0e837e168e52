import type { NodeFaultKind } from '../../http/fault.ts';
import { type Crn, liveVms } from '../world/crn.ts';
import type { MappedPort, Vm, VmPhase } from '../world/node-state.ts';
import { pythonTime, pythonTimeOrNull } from '../world/python-time.ts';
import { guestAddress } from './guest-address.ts';

/** Guests answer on the machine that serves the devnet. */
export const hostIpv4 = '127.0.0.1';

/** Where a lying node sends its callers: into their own network, or to another VM of its own, and without one to a port that it never mapped. */
const privateIpv4 = '192.168.7.7';
const otherPort = 65_535;

const networked = (vm: Vm): boolean => vm.times.starting !== null && vm.phase !== 'failed';

const networking = (crn: Crn, vm: Vm): Record<string, unknown> => {
  if (!networked(vm)) return {};
  const address = guestAddress(crn.spec, vm);
  const lies = (how: NodeFaultKind): boolean => crn.world.faults.holds(crn.host, how) !== null;
  return {
    ipv4_network: address.ipv4Network,
    host_ipv4: lies('private-address') ? privateIpv4 : hostIpv4,
    ipv6_network: address.ipv6Network,
    ipv6_ip: address.ipv6,
    ipv4_ip: address.ipv4,
    mapped_ports: lies('other-ports') ? elsewhere(crn, vm) : { ...crn.state.ports[vm.hash] },
  };
};

const elsewhere = (crn: Crn, { hash }: Vm): Record<string, MappedPort> => {
  const { ports } = crn.state;
  const others = Object.keys(ports).filter((other) => other !== hash);
  const another = others.flatMap((other) => ports[other]?.['22']?.host ?? [])[0] ?? otherPort;
  return Object.fromEntries(Object.entries(ports[hash] ?? {}).map(([port, mapped]) => [port, { ...mapped, host: another }]));
};

const statusTimes = (vm: Vm): Record<string, string | null> => ({
  defined_at: pythonTime(vm.times.defined),
  preparing_at: pythonTimeOrNull(vm.times.preparing),
  prepared_at: pythonTimeOrNull(vm.times.prepared),
  starting_at: pythonTimeOrNull(vm.times.starting),
  started_at: pythonTimeOrNull(vm.times.started),
  stopping_at: pythonTimeOrNull(vm.times.stopping),
  stopped_at: pythonTimeOrNull(vm.times.stopped),
});

/** The supervisor's word, which G2.1 lists beside the rest. Where exactly is unconfirmed: clients must bear keys that they do not know. */
const supervisorState: Record<VmPhase, string> = {
  preparing: 'defined',
  starting: 'booting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'failed',
};

/** It would boot, had its owner injected the secret. */
const awaitsSecret = (crn: Crn, vm: Vm): boolean => vm.spec.confidential && vm.phase === 'starting' && !crn.pending.has(vm.hash);

/** `/v2/about/executions/list`: every VM that the node tracks. `networking` is empty until there is a network. */
export const executionsV2 = (crn: Crn): Record<string, unknown> =>
  Object.fromEntries(
    liveVms(crn).map((vm) => [
      vm.hash,
      {
        networking: networking(crn, vm),
        status: statusTimes(vm),
        running: vm.phase === 'running',
        awaiting_confidential_init: awaitsSecret(crn, vm),
        vm_type: 'instance',
        ...(crn.spec.generation === 'G2' ? { state: supervisorState[vm.phase] } : {}),
      },
    ]),
  );

/** `/about/executions/list`: running VMs only, and those that wait for a secret, networks without the addresses in them. */
export const executionsV1 = (crn: Crn): Record<string, unknown> =>
  Object.fromEntries(
    liveVms(crn)
      .filter((vm) => vm.phase === 'running' || awaitsSecret(crn, vm))
      .map((vm) => {
        const address = guestAddress(crn.spec, vm);
        const networks = { ipv4: address.ipv4Network, ipv6: address.ipv6Network };
        return [vm.hash, { networking: networks, vm_type: 'instance', awaiting_confidential_init: awaitsSecret(crn, vm) }];
      }),
  );
