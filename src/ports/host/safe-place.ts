import type { SafeAddress } from '../../domain/agents/invitation.ts';

/** Where this home's safe takes agents. */
export interface SafePlace {
  /** The address at which it was served last, or where it would be served if nothing else is said. */
  address(): Promise<SafeAddress>;
}
