import { registry } from '../../../src/commands/index.ts';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import type { TypedData } from '../../../src/domain/approval/typed-data.ts';
import type { Failure } from '../../../src/domain/failure/failure.ts';
import { grantApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { type Executed, execute } from '../../../src/surfaces/execute.ts';
import { ledgerConsent } from '../../../src/surfaces/ledger-consent.ts';
import { failureOf } from '../lifecycle-calls.ts';
import type { TestContext } from '../test-context.ts';
import { approvedBy, atTerminal, boss } from './approver.ts';
import { silentTerminal } from './silent-terminal.ts';

type Raw = Readonly<Record<string, unknown>>;

/** One call of a command of the registry as an agent makes it, with nobody to ask. Ends as it would in the binary: undeclared failures are bugs. */
export const called = async (t: TestContext, name: string, raw: Raw, approval: string | null = null): Promise<Executed> => {
  const command = (await registry.find((entry) => entry.name === name)!.load()).default;
  return t.run(
    execute({
      command,
      raw,
      contexts: { read: async () => t.context, change: async () => t.context },
      consent: async () => ledgerConsent,
      person: null,
      terminal: silentTerminal,
      dryRun: false,
      yes: false,
      approval,
      undeclared: 'refuse',
    }),
  );
};

/** What it ends with where a person is needed, and what the approver is shown. */
export const asked = async (t: TestContext, name: string, raw: Raw): Promise<{ id: string; shown: TypedData; failure: Failure }> => {
  const failure = await failureOf(called(t, name, raw));
  const id = String(failure.details.facts?.['approval']);
  if (failure.code !== 'APPROVAL_NEEDED') throw failure;
  return { id, shown: approvalMessage(t.ledger.approval(id)!), failure };
};

/** Asked for, signed by the approver. */
export const signedFor = async (t: TestContext, name: string, raw: Raw): Promise<{ id: string; shown: TypedData }> => {
  const { id, shown } = await asked(t, name, raw);
  await approvedBy(t, boss, id);
  return { id, shown };
};

/** The same call by an agent again, once a person at a terminal has agreed to what it asked for. */
export const agreedAtTerminal = async (t: TestContext, name: string, raw: Raw): Promise<Executed> => {
  const { id } = await asked(t, name, raw);
  await grantApproval(atTerminal(t.context), id, 'terminal');
  return called(t, name, raw);
};
