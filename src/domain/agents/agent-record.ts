import type { Slice } from './slice.ts';

/**
 * An agent that a safe lets in, or once let in: its name is never given to another one. What it may do is its slice, a part of the policy, or of
 * its parent's slice; this row says by which token it comes, and whether the owner put it out. Times are ms.
 */
export interface AgentRecord {
  name: string;
  network: string;
  account: string;
  /** SHA-256 of the code in its invitation, hex; null where none is open. */
  invitation: string | null;
  invitedUntil: number | null;
  /** SHA-256 of its token, hex; null before it joined, and once it is revoked. */
  token: string | null;
  addedAt: number;
  joinedAt: number | null;
  /** Since when it may call nothing until a person resumes it; null: it is not suspended. */
  suspendedAt: number | null;
  /** Since when it is out for good; null: it is not revoked. */
  revokedAt: number | null;
  /** The agent whose child it is (`vm spawn`); null: the owner let it in, and its slice is in the policy. */
  parent: string | null;
  /** What a child may do of what its parent may. */
  slice: Slice | null;
  /** The operation that made the VM in which a child lives: the child is out once that VM is. */
  operation: string | null;
}

export type AgentState = 'invited' | 'joined' | 'suspended' | 'revoked' | 'ended' | 'uninvited';

/** The state of an agent. `ended`: the time of its slice is over. `uninvited`: it never joined, and its invitation ran out. */
export const agentState = (row: AgentRecord, slice: Slice | null, now: number): AgentState => {
  if (row.revokedAt !== null) return 'revoked';
  if (row.suspendedAt !== null) return 'suspended';
  if (slice === null || (slice.until !== null && slice.until <= now)) return 'ended';
  if (row.token !== null) return 'joined';
  return row.invitation !== null && (row.invitedUntil ?? 0) > now ? 'invited' : 'uninvited';
};

/** Tells whether the owner lets the agent spend, as far as its row goes. */
export const isLetIn = ({ revokedAt, suspendedAt }: AgentRecord): boolean => revokedAt === null && suspendedAt === null;
