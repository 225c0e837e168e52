import type { PageAbout } from '../../contract/declare/door.ts';
import { readApprover } from '../../lifecycle/policy/policy-in-force.ts';
import type { CliParts } from '../../surfaces/cli/cli-parts.ts';
import { inContext } from '../host/in-context.ts';

/** Tells whether an approver's signature alone approves for the account that a page shows: then no code does, whoever types it. */
export const hasApprover = async (
  parts: Pick<CliParts, 'open'>,
  caller: Parameters<typeof inContext>[1],
  { network, account }: PageAbout,
): Promise<boolean> =>
  account !== null && (await inContext(parts, caller, network, (context) => readApprover(context, { account }))) !== null;
