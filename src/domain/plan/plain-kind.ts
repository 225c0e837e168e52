import { shortId } from '../text/short-id.ts';
import type { Stated } from './plan-kind.ts';

/** For plans whose arguments already name everything that they may be applied to. */
export const byArguments = (): null => null;

export const endsNothing = (): readonly string[] => [];

export const ofNoVm = (): readonly string[] => [];

export const signedAsPlan = (): { kind: 'plan' } => ({ kind: 'plan' });

export const costAsPlanned = ({ cost }: Stated<unknown>): string => cost?.mostUsd ?? '0';

export const wordsOfSummary = ({ summary }: Stated<unknown>): string => summary;

/** VM or node hashes as a list of their first digits. */
export const listOfIds = (hashes: readonly string[]): string => hashes.map(shortId).join(', ') || 'no VM';
