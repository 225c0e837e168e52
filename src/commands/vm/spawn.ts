import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { lifetime, name, usdAmount } from '../../contract/fields/fields.ts';
import { setupInput, setupOutput, setupText } from '../../contract/fields/setup-fields.ts';
import { sizeFields, sizeRequest } from '../../contract/fields/size-fields.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { invitationText, invitedTo } from '../../domain/agents/invitation.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { planSpawn } from '../../lifecycle/agents/plan-spawn.ts';
import { spawn } from '../../lifecycle/agents/spawn.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { agentOutput } from '../agents/agent-output.ts';
import { sliceFields, wishOf } from '../agents/slice-fields.ts';
import create from './create.ts';

const { image, crn, acceptTerms, wait, requestId } = create.input.shape;
const { perDay, maxVms, maxTtl } = sliceFields;

export default change({
  name: 'vm spawn',
  summary: 'Create a VM with an agent of its own in it (agents of a safe only); each needs approval',
  // what teaches agents leaves it out: who is granted it is told by whoami
  audience: 'owner',
  safety: 'spend',
  input: z.object({
    name: name.describe('Name of the VM; its agent is called YOU-NAME'),
    budget: usdAmount.describe("Most that its agent's VMs may cost, USD"),
    perDay,
    maxVms,
    maxTtl,
    cu: sizeFields.cu.meta({ unless: [] }),
    image,
    ttl: lifetime.optional().meta({ setting: 'ttl' }).describe('Lifetime of VM and agent; default by policy'),
    crn,
    acceptTerms,
    from: z.string().optional().meta({ unit: 'FILE' }).describe('JSON file with the inputs that no flag gives'),
    setup: setupInput,
    wait,
    requestId,
  }),
  positionals: ['name'],
  output: vmOutput.extend({
    replayed: z.boolean().describe('It was there already'),
    agent: z.string().describe('The child'),
    joined: z.boolean().describe('It has joined, and may call'),
    agentState: agentOutput.shape.state,
    invitation: z.string().nullable().describe('Secret, good for one join, from the VM'),
    setup: setupOutput,
  }),
  brief: [...vmBrief, 'replayed', 'agent', 'joined', 'agentState', 'setup'],
  failures: [...create.failures, 'AGENT_REFUSED', 'EXEC_FAILED'],
  examples: [
    { line: 'vm spawn worker --ttl 2h --budget 0.05 --dry-run', why: 'what a person would have to approve' },
    { line: 'vm spawn worker --from worker.json --request-id job-7', why: 'VM, agent and first steps from a file' },
  ],
  async plan(context, given) {
    if (given.from !== undefined || given.setup !== undefined) {
      throw new Failure('USAGE', '--from and --setup are read where the agent is: vm spawn is for a home that has joined a safe.');
    }
    const { limits } = wishOf(given);
    return planSpawn(context, {
      name: given.name,
      limits: Object.fromEntries(Object.entries(limits).map(([limit, value]) => [limit, String(value)])) as Slice['limits'],
      size: sizeRequest(given),
      extras: { gpus: [], confidential: false },
      image: given.image,
      ttlSeconds: given.ttl ?? null,
      crn: given.crn,
      acceptTerms: given.acceptTerms,
      sshKeyFile: undefined,
      // the safe reaches the VM to set it, and so knows its host key before the invitation goes there
      guestTimer: true,
      setup: null,
      // a person agrees to its price
      maxHourly: null,
      maxTotal: null,
      task: context.caller.task,
      requestId: given.requestId ?? null,
      argumentsDigest: argumentsDigest('vm spawn', { ...given, task: context.caller.task }),
    });
  },
  async apply(context, plan, given) {
    const address = invitedTo(await context.host.safe.addresses(), 'tls');
    const { vm, child, state, replayed, invitation } = await spawn(context, plan, given.wait, address);
    return {
      ...toVmOutput(vm, enforcementOf(await context.ledger(), vm, context.clock.now())),
      replayed,
      agent: child,
      joined: state === 'joined',
      agentState: state,
      invitation: invitation === null ? null : invitationText(invitation),
    };
  },
  text: (vm, style) =>
    [
      style.good(`${vm.name} (${vm.id}) is ${vm.state}; agent ${vm.agent} ${vm.joined ? 'has joined from there' : `is ${vm.agentState}`}.`),
      style.facts([
        ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD in all`],
        ['expires', style.when(vm.expiresAt)],
      ]),
      ...setupText(vm.setup, style),
    ].join('\n'),
  next: (vm) => [hint('end it, and what its agent made', 'vm destroy', vm.name, { withChildren: true })],
});
