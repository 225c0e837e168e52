import type { Invitation, SafeAddresses } from '../../domain/agents/invitation.ts';
import type { GuardReport } from './guard-report.ts';

/** What a safe says of an agent that it took in. */
export interface TakenIn {
  agent: string;
  network: string;
  account: string;
  payer: string;
  until: string | null;
}

/** The safe of this home, and the one that this home has joined. */
export interface SafePlace {
  /** How this home's safe was reached when it was served last, or would be if nothing else is said. `CONFIG_INVALID`. */
  addresses(): Promise<SafeAddresses>;
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
