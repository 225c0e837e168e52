import { usd } from '../money/money.ts';
import { formatDuration } from '../text/duration.ts';

/**
 * Spending that a person approves in advance, so as not to be asked for each VM. JSON: credits in digits. It lifts the asking threshold
 * only.
 */
export interface Envelope {
  /** Whole cost of all VMs together. */
  credits: string;
  /** Longest lifetime of each VM, from its creation. */
  ttlSeconds: number;
  /** Largest size of each VM. */
  computeUnits: number;
  /** How many VMs may be created in all, not at once. */
  vms: number;
  /** How long the envelope is valid from when it was asked for. */
  forSeconds: number;
}

/** A VM that would be paid from an envelope. */
export interface EnvelopeOrder {
  most: bigint;
  ttlSeconds: number;
  computeUnits: number;
}

/** The credits and VMs that an envelope has left after these takes. */
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
