import * as z from 'zod';
import { type Audience, change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { operatedBrief, operatedOutput, operatedText, toOperatedOutput } from '../../contract/outputs/operated-output.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import type { NodeOperated } from '../../lifecycle/operate/operate-vm.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';

type Operated = FreePlan<{ id: string }> | Plan<'vm reinstall'>;

interface Operation<Planned extends Operated> {
  name: `vm ${string}`;
  summary: string;
  audience: Audience;
  safety: 'change' | 'destroy';
  /** Beside those of every call on a VM's node. */
  failures: readonly FailureCode[];
  example: { line: string; why: string };
  plan(context: ReadContext, reference: string, digest: string): Promise<Planned>;
  apply(context: ChangeContext, plan: Planned): Promise<NodeOperated>;
  next?(name: string): { command: string; why: string }[];
}

/** `vm stop`, `vm start`, `vm reboot` and `vm reinstall`: one VM in, what its node made of it out. */
export const operated = <Planned extends Operated>({
  name,
  failures,
  example,
  plan,
  apply,
  next = runCommand,
  ...declared
}: Operation<Planned>) =>
  change({
    name,
    ...declared,
    input: z.object({ vm: z.string().describe('Name or id') }),
    positionals: ['vm'],
    output: operatedOutput,
    brief: operatedBrief,
    failures: [
      'VM_NOT_FOUND',
      'AMBIGUOUS_ID',
      'VM_NOT_READY',
      ...failures,
      'NODE_UNAVAILABLE',
      'NODE_REFUSED',
      'NOT_OURS',
      'WRONG_ACCOUNT',
      'VM_BUSY',
    ],
    examples: [example],
    plan: (context, given, digest) => plan(context, given.vm, digest),
    apply: async (context, agreed) => toOperatedOutput(await apply(context, agreed)),
    text: operatedText,
    next: (done) => next(done.name),
  });

const runCommand = (vm: string) => [hint('run a command', 'vm exec', vm, '--', 'uptime')];

/** The plan of what costs nothing, loses nothing and asks nobody. */
export const planOperation =
  (name: `vm ${string}`, summaryOf: (vm: string) => string): Operation<FreePlan<{ id: string }>>['plan'] =>
  async (context, reference, digest) => {
    const ledger = await context.ledger();
    const vm = vmCalled(ledger, context, reference);
    return freePlan(context, name, digest, summaryOf(vm.name), { id: vm.id });
  };
