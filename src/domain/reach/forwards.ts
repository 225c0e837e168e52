import { Failure } from '../failure/failure.ts';

/** One guest port that the node forwards from a host port of the node's own choice. */
export interface Forward {
  port: number;
  tcp: boolean;
  udp: boolean;
}

/** The most forwards that the network's own console allows for one VM (protocol-crn.md §5.2). */
export const mostForwards = 20;

/** Reads `80`, `80/tcp` or `53/udp`; without a protocol, TCP. Throws `USAGE` naming the word. */
export const parseForward = (word: string): Forward => {
  const [, digits = '', protocol = 'tcp'] = /^([1-9]\d{0,4})(?:\/(tcp|udp))?$/.exec(word) ?? [];
  const port = Number(digits);
  if (port < 1 || port > 65_535)
    throw new Failure('USAGE', `"${word.slice(0, 40)}" is no port: 80, 80/tcp or 53/udp would be, from 1 to 65535.`);
  return { port, tcp: protocol === 'tcp', udp: protocol === 'udp' };
};

/** All forwards of both lists, by port. */
export const mergeForwards = (before: readonly Forward[], added: readonly Forward[]): Forward[] => {
  const ports = new Map(before.map((forward) => [forward.port, forward]));
  for (const { port, tcp, udp } of added) {
    const known = ports.get(port);
    ports.set(port, { port, tcp: tcp || (known?.tcp ?? false), udp: udp || (known?.udp ?? false) });
  }
  return sorted([...ports.values()]);
};

/** The forwards that remain. Removing one protocol of a port keeps the other. */
export const withoutForwards = (before: readonly Forward[], removed: readonly Forward[]): Forward[] =>
  sorted(
    before
      .map((forward) => {
        const gone = removed.filter(({ port }) => port === forward.port);
        return { ...forward, tcp: forward.tcp && !gone.some(({ tcp }) => tcp), udp: forward.udp && !gone.some(({ udp }) => udp) };
      })
      .filter(({ tcp, udp }) => tcp || udp),
  );

export const sameForwards = (one: readonly Forward[], other: readonly Forward[]): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const sorted = (forwards: readonly Forward[]): Forward[] =>
  [...forwards].sort((a, b) => a.port - b.port).map(({ port, tcp, udp }) => ({ port, tcp, udp }));
