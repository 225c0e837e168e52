import * as z from 'zod';
import { query } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { approver as whoApproves } from '../../../contract/fields/fields.ts';
import { readPolicy } from '../../../lifecycle/policy/policy-in-force.ts';

export default query({
  name: 'policy approver show',
  summary: 'Show who approves',
  audience: 'owner',
  input: z.object({}),
  output: z.object({
    approver: whoApproves,
    by: z.enum(['terminal', 'ledger', 'machine']).describe('Who names it; machine: the root-owned policy file'),
    version: z.int(),
    sealed: z.boolean().nullable().describe('false: nothing is spent'),
    problem: z.string().nullable(),
  }),
  failures: [],
  examples: [{ line: 'policy approver show', why: 'who can approve' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const { approver, version, unsealed, broken } = await readPolicy(context, address);
    const machine = context.rootPolicy()?.approver ?? null;
    return {
      approver: approver ?? 'terminal',
      by: approver === null ? ('terminal' as const) : machine === null ? ('ledger' as const) : ('machine' as const),
      version,
      sealed: approver === null ? null : unsealed === null,
      problem: unsealed ?? broken,
    };
  },
  text: ({ approver, by, version, problem }, style) =>
    style.facts([
      ['approves', approver === 'terminal' ? 'a person at a terminal of this machine: it stops mistakes only' : approver],
      ['named by', by],
      ['policy', `version ${version}`],
      ['seal', problem === null ? (approver === 'terminal' ? 'none needed' : 'fits') : style.bad(problem)],
    ]),
  next: ({ approver }) => (approver === 'terminal' ? [] : [hint('pending requests', 'approvals ls')]),
});
