import { Failure } from '../../../domain/failure/failure.ts';
import { type CcnHosts, outcomeOf } from './ccn-hosts.ts';
import type { Reading } from './read-json.ts';

/** Reads of one figure from several CCN hosts. They remember which hosts gave no answer, so that a failure can name them. */
export interface Hearing {
  from: CcnHosts['from'];
  /** The failure of what `two must` do where hosts kept silent (`NETWORK_UNAVAILABLE`, which names them); null where all answered. */
  silence(twoMust: string): Failure | null;
}

export const hearing = (ccn: CcnHosts): Hearing => {
  const silent = new Map<string, Reading<unknown>>();
  return {
    from: async (host, path, shape, options) => {
      const reading = await ccn.from(host, path, shape, options);
      if (isSilence(reading)) silent.set(new URL(host).host, reading);
      else silent.delete(new URL(host).host);
      return reading;
    },
    silence: (twoMust) => {
      if (silent.size === 0) return null;
      const words = [...silent].map(([host, reading]) => `${host} ${phraseOf(reading)}`).join(', ');
      return new Failure('NETWORK_UNAVAILABLE', `${words}; two CCN hosts must ${twoMust}, and ${ccn.hosts.length} are configured.`, {
        facts: { hosts: [...silent].map(([host, reading]) => `${host}: ${outcomeOf(reading)}`) },
      });
    },
  };
};

/** What a host that works would not give, so that it says nothing about the figure. */
const isSilence = (reading: Reading<unknown>): boolean =>
  reading.kind === 'silent' || (reading.kind === 'status' && (reading.status === 429 || reading.status >= 500));

const phraseOf = (reading: Reading<unknown>): string => {
  if (reading.kind === 'status') return `answers HTTP ${reading.status}`;
  return reading.kind === 'silent' && reading.why === 'timeout' ? 'does not answer in time' : 'cannot be reached';
};
