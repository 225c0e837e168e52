import { usd } from '../money/money.ts';
import { formatDuration } from '../text/duration.ts';

/** Spending approved beforehand, so that nobody is asked ten times. JSON: credits as digits. It lifts the asking threshold only. */
export interface Envelope {
  /** Of all VMs together, whole cost. */
  credits: string;
  /** Of each VM, from creation. */
  ttlSeconds: number;
  /** Of each VM. */
  computeUnits: number;
  /** In all, not at once. */
  vms: number;
  /** How long it lasts from when it was asked for. */
  forSeconds: number;
}

/** One that would be taken from. */
export interface EnvelopeOrder {
  most: bigint;
  ttlSeconds: number;
  computeUnits: number;
}

/** What is left of it once these were taken. */
export const envelopeLeft = (envelope: Envelope, takes: readonly bigint[]): { credits: bigint; vms: number } => ({
  credits: BigInt(envelope.credits) - takes.reduce((sum, credits) => sum + credits, 0n),
  vms: envelope.vms - takes.length,
});

export const fitsEnvelope = (envelope: Envelope, takes: readonly bigint[], order: EnvelopeOrder): boolean => {
  const left = envelopeLeft(envelope, takes);
  const fits = order.ttlSeconds <= envelope.ttlSeconds && order.computeUnits <= envelope.computeUnits;
  return fits && left.vms >= 1 && order.most <= left.credits;
};

export const envelopeText = ({ credits, ttlSeconds, computeUnits, vms, forSeconds }: Envelope): string =>
  `Up to ${usd(BigInt(credits))} USD within ${formatDuration(forSeconds)}: ${vms} VMs in all, each at most ${computeUnits} CU and ${formatDuration(ttlSeconds)}`;
