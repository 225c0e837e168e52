import type { Invitation, SafeAddress, SafeAddresses } from '../../domain/agents/invitation.ts';
import type { GuardReport } from './guard-report.ts';

/** What a safe says of an agent that it took in. */
export interface TakenIn {
  agent: string;
  network: string;
  account: string;
  payer: string;
  until: string | null;
}

/** A safe that answers now. */
export interface AnsweringSafe {
  url: string;
  version: string;
  /** Since when it takes agents, RFC 3339. */
  since: string;
  /** It is served by this process's user. */
  ours: boolean;
}

/** The safe of this home, and the one that this home has joined. */
export interface SafePlace {
  /** How this home's safe was reached when it was served last, or would be if nothing else is said. `CONFIG_INVALID`. */
  addresses(): Promise<SafeAddresses>;
  /**
   * The safe that this home has joined; otherwise the one at `service`, or this home's own. null where none of them answers within some
   * seconds. It is told nothing.
   */
  answering(service: SafeAddress | null): Promise<AnsweringSafe | null>;
  /**
   * Joins a safe by an invitation: makes the token here, and keeps it with the safe's address in one private file. `SAFE_UNREACHABLE`,
   * `AGENT_REFUSED`, `CONFIG_INVALID`.
   */
  join(invitation: Invitation): Promise<TakenIn>;
  /** Forgets the safe that this home has joined; null where it has joined none. */
  leave(): Promise<{ agent: string } | null>;
  /** Looks at who else on this machine gets at what the safe keeps. */
  guard(): Promise<GuardReport>;
}
