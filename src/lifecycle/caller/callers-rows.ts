import type { ReadContext } from '../../ports/context.ts';

export type CalledBy = Pick<ReadContext, 'caller'>;

/** The filter for what a caller is shown: an agent sees its own rows, the owner everybody's. What is another agent's does not exist for it. */
export const shownTo = ({ caller: { agent } }: CalledBy): { agent?: string } => (agent === null ? {} : { agent });

/**
 * The filter for what counts as the caller's own: request ids, twins, names, approvals, denials and envelopes are looked up among these rows
 * alone, so that nobody takes up what another asked for or was granted.
 */
export const ownOf = ({ caller: { agent } }: CalledBy): { agent: string | null } => ({ agent });

/** Tells whether a row is shown to the caller. */
export const isShownTo = (row: { agent: string | null }, { caller: { agent } }: CalledBy): boolean => agent === null || row.agent === agent;
