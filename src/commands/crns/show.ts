import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { crnOutput } from '../../contract/outputs/crn-output.ts';
import { gibText } from '../../domain/money/mib.ts';
import { findNode } from '../../lifecycle/nodes/find-node.ts';
import { probeNodes } from '../../lifecycle/nodes/probe-nodes.ts';
import { surveyNodes } from '../../lifecycle/nodes/survey-nodes.ts';
import { crnRow } from './crn-row.ts';

const probeLimitMs = 2_000;

export default query({
  name: 'crns show',
  summary: 'Show one CRN: list entry, live state, your history with it',
  audience: 'agent',
  input: z.object({ crn: z.string().describe('Hash, URL or name') }),
  positionals: ['crn'],
  output: crnOutput.extend({
    reachable: z.boolean(),
    identityConfirmed: z.boolean().describe('The node names the same hash'),
    confirmedByTwoHosts: z.boolean().describe('Two CCN hosts agree on its address'),
    minVersion: z.string().nullable().describe('Least that the network accepts'),
    problem: z.string().nullable(),
  }),
  brief: [
    'crn',
    'untrustedName',
    'untrustedUrl',
    'untrustedVersion',
    'score',
    'active',
    'freeVcpus',
    'freeMemoryMib',
    'freeDiskMib',
    'reachable',
    'roundTripMs',
    'list',
    'identityConfirmed',
    'problems',
    'problem',
    'boots',
    'failures',
  ],
  failures: ['NODE_NOT_FOUND', 'NODE_UNAVAILABLE', 'AMBIGUOUS_ID'],
  examples: [{ line: 'crns show CRN', why: 'does it answer, and is it who it says' }],
  async run(context, input) {
    const survey = await surveyNodes(context);
    const node = findNode(input.crn, survey.nodes);
    const [probes, confirmed] = await Promise.all([
      probeNodes(context, [node], survey.words, probeLimitMs),
      context.cloud().then((cloud) => cloud.nodes.confirmNode(node.hash)),
    ]);
    const probe = probes.get(node.hash);
    return {
      ...crnRow(node, survey, probe),
      reachable: probe?.reachable ?? false,
      identityConfirmed: probe?.identityConfirmed ?? false,
      confirmedByTwoHosts: confirmed !== null,
      minVersion: survey.minVersion,
      problem: probe?.problem ?? null,
    };
  },
  text: (node, style) =>
    style.facts([
      ['crn', node.hash],
      ['name', node.untrustedName],
      ['version', `${node.untrustedVersion ?? 'unknown'}, at least ${node.minVersion ?? 'unknown'} wanted`],
      ['score', node.score.toFixed(3)],
      ['active', String(node.active)],
      ['takes', `${node.freeVcpus ?? '?'} vCPUs, ${room(node.freeMemoryMib)} memory, ${room(node.freeDiskMib)} disk`],
      ['answers', node.reachable ? `in ${node.roundTripMs} ms` : 'no'],
      ['identity', node.identityConfirmed && node.confirmedByTwoHosts ? 'confirmed' : 'not confirmed'],
      ['list', node.list],
      ['terms', node.terms ?? 'none'],
      [
        'our VMs',
        `${node.boots} came up, ${node.failures} failed${node.readySeconds === null ? '' : `, ready after ${node.readySeconds} s`}`,
      ],
      ['problem', [...node.problems, ...(node.problem === null ? [] : [node.problem])].join(', ') || 'none'],
    ]),
  next: ({ crn, problem, problems }) =>
    problem === null && problems.length === 0
      ? [hint('plan a VM there', 'vm create', { crn, dryRun: true })]
      : [hint('every finding about it', 'crns check', crn)],
});

const room = (mib: number | null): string => (mib === null ? '?' : gibText(mib));
