import type * as z from 'zod';
import type agentsLs from '../commands/agents/ls.ts';
import type agentsRevoke from '../commands/agents/revoke.ts';
import type agentsSuspend from '../commands/agents/suspend.ts';
import type approvalsLs from '../commands/approvals/ls.ts';
import type approve from '../commands/approve.ts';
import type creditsHistory from '../commands/credits/history.ts';
import type deny from '../commands/deny.ts';
import type freeze from '../commands/freeze.ts';
import type ledgerLs from '../commands/ledger/ls.ts';
import type ledgerVerify from '../commands/ledger/verify.ts';
import type policySet from '../commands/policy/set.ts';
import type policyShow from '../commands/policy/show.ts';
import type status from '../commands/status.ts';
import type thaw from '../commands/thaw.ts';
import type vmDestroy from '../commands/vm/destroy.ts';
import type vmLs from '../commands/vm/ls.ts';

type Output<Command extends { output: z.ZodType }> = z.output<Command['output']>;

/** What the commands that the page calls give, as they declare it. */
export interface Outputs {
  status: Output<typeof status>;
  'vm ls': Output<typeof vmLs>;
  'vm destroy': Output<typeof vmDestroy>;
  'credits history': Output<typeof creditsHistory>;
  'policy show': Output<typeof policyShow>;
  'policy set': Output<typeof policySet>;
  'approvals ls': Output<typeof approvalsLs>;
  approve: Output<typeof approve>;
  deny: Output<typeof deny>;
  'agents ls': Output<typeof agentsLs>;
  'agents suspend': Output<typeof agentsSuspend>;
  'agents revoke': Output<typeof agentsRevoke>;
  freeze: Output<typeof freeze>;
  thaw: Output<typeof thaw>;
  'ledger ls': Output<typeof ledgerLs>;
  'ledger verify': Output<typeof ledgerVerify>;
}

export type Vm = Outputs['vm ls']['items'][number];
export type Approval = Outputs['approvals ls']['items'][number];
export type Agent = Outputs['agents ls']['items'][number];
export type Spent = Outputs['credits history']['items'][number];
export type By = 'day' | 'agent' | 'task' | 'vm';
