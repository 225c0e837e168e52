import type { Consenter } from '../contract/declare/door.ts';
import type { Asker } from '../contract/declare/question.ts';
import type { Quote } from '../domain/ledger/effect-facts.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { ChangeContext } from '../ports/context.ts';

/** The call that consent is for: one command with these arguments. */
export interface Consented {
  command: string;
  /** Digest of the normalised input (domain/text/arguments-digest.ts). */
  argumentsDigest: string;
}

/** A stored plan that waits for approval. `approver`: the address whose signature decides; null: a person at a terminal decides. */
export interface Asked {
  id: string;
  expiresAt: string;
  plan: Plan;
  approver: string | null;
  /** The transfer that answers it, too; null where none does. */
  quote: Quote | null;
}

/** Approvals outlive processes, so they are stored; the surfaces do not know where. */
export interface Consent {
  /**
   * The stored plan of a granted approval for exactly this command, these arguments and this account, or of the approval with the id
   * `approval`. null where there is none. Throws `APPROVAL_NOT_FOUND` or `APPROVAL_EXPIRED`.
   */
  take(context: ChangeContext, request: Consented & { approval: string | null; account: string | null }): Promise<Plan | null>;
  /** Stores the plan for a person to decide. Where the same call asked before and still waits, resolves with that earlier plan instead. */
  request(context: ChangeContext, request: Consented & { plan: Plan }): Promise<Asked>;
  /** Approves the stored plan after a person typed its phrase at this terminal, and resolves with it. */
  grant(context: ChangeContext, id: string, request: Consented): Promise<Plan>;
  /** Voids an approval that was granted but whose plan can no longer be applied, or a request that the person at this terminal left. */
  release(context: ChangeContext, id: string): Promise<void>;
}

/** A person at a terminal who may be asked. */
export interface Person extends Asker, Consenter {}
