import type { Crn } from '../world/crn.ts';
import { unhandled } from '../world/crn-error.ts';
import type { MappedPort, Vm } from '../world/node-state.ts';
import { guestOf } from './guest-of.ts';

type Flags = { tcp: boolean; udp: boolean };

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const flags = (crn: Crn, value: unknown): Flags => {
  const entry = record(value);
  for (const key of ['tcp', 'udp'] as const) if (crn.spec.generation === 'G1' && !(key in entry)) throw unhandled(`'${key}'`, 'KeyError');
  return { tcp: entry['tcp'] === true, udp: entry['udp'] === true };
};

/** The owner's aggregate could not be read: anything but an answer, "no such aggregate" included, counts. */
const unreadable = (crn: Crn, owner: string): boolean =>
  crn.world.faults
    .forRequest('ccn-a', 'GET', `/api/v0/aggregates/${owner}.json?keys=port-forwarding`)
    .some(
      (fault) => fault.kind === 'drop-before' || fault.kind === 'drop-after-effect' || (fault.kind === 'status' && fault.status !== 404),
    );

const wanted = (crn: Crn, vm: Vm): Record<string, Flags> => {
  const ssh = { 22: { tcp: true, udp: false } };
  if (unreadable(crn, vm.spec.owner)) return crn.spec.generation === 'G1' ? {} : ssh;
  const entry = record(crn.world.chain.aggregate(vm.spec.owner, 'port-forwarding')?.[vm.hash]);
  const ports = Object.entries(record(entry['ports'])).filter(([port]) => /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535);
  const asked = ports.map(([port, value]) => [port, flags(crn, value)] as const);
  return { ...Object.fromEntries(asked), ...ssh };
};

/**
 * Makes the VM's mappings what its owner's `port-forwarding` aggregate asks for, 22 always among them; mappings that stay keep their host port.
 * A missing `tcp` or `udp` is a KeyError on G1 and false on G2; an unreadable aggregate loses all mappings on G1, all but 22 on G2
 * (protocol-crn.md 5.2).
 */
export const applyForwards = async (crn: Crn, vm: Vm, openSsh: (port: number | null) => Promise<number>): Promise<void> => {
  const { guests } = crn.world;
  const target = wanted(crn, vm);
  const before = crn.state.ports[vm.hash] ?? {};
  if (!('22' in target)) guests.close(vm.hash);
  for (const [port, mapping] of Object.entries(before)) if (!(port in target)) guests.freePort(mapping.host);
  const after: Record<string, MappedPort> = {};
  for (const [port, flag] of Object.entries(target)) {
    const known = before[port]?.host ?? null;
    after[port] = { host: port === '22' ? await openSsh(known) : await hostPort(crn, vm, Number(port), flag.tcp, known), ...flag };
  }
  crn.state.ports[vm.hash] = after;
};

/** UDP is mapped and shown; nothing carries it. */
const hostPort = async (crn: Crn, vm: Vm, port: number, tcp: boolean, known: number | null): Promise<number> => {
  const { guests } = crn.world;
  if (tcp) return guests.forward(guestOf(crn, vm), port, known);
  if (known === null) return guests.takePort();
  guests.freePort(known);
  guests.reservePort(known);
  return known;
};

/** Gives the VM's host ports back. */
export const dropForwards = (crn: Crn, hash: string): void => {
  crn.world.guests.close(hash);
  for (const mapping of Object.values(crn.state.ports[hash] ?? {})) crn.world.guests.freePort(mapping.host);
  delete crn.state.ports[hash];
};
