import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { crnOutput, toCrnOutput } from '../../contract/crn-output.ts';
import { findNode } from '../../lifecycle/find-node.ts';

const probeLimitMs = 2_000;

export default query({
  name: 'crns show',
  summary: 'Show one CRN: the list, and the node itself',
  input: z.object({ crn: z.string().describe('Hash, URL or name') }),
  positionals: ['crn'],
  output: crnOutput.extend({
    reachable: z.boolean(),
    roundTripMs: z.number().nullable(),
    identityConfirmed: z.boolean().describe('The node names the same hash'),
    confirmedByTwoHosts: z.boolean().describe('Two CCN hosts agree on its address'),
    problem: z.string().nullable(),
  }),
  brief: [
    'crn',
    'untrustedName',
    'untrustedUrl',
    'score',
    'active',
    'freeMemoryMib',
    'freeDiskMib',
    'reachable',
    'roundTripMs',
    'identityConfirmed',
    'problem',
  ],
  failures: ['NODE_NOT_FOUND', 'AMBIGUOUS_ID', 'NODE_UNAVAILABLE'],
  examples: [{ line: 'crns show CRN', why: 'does it answer, and is it who it says' }],
  async run(context, input) {
    const cloud = await context.cloud();
    const node = findNode(input.crn, (await cloud.nodes()).nodes);
    const [probes, confirmed] = await Promise.all([cloud.probe([node], probeLimitMs), cloud.confirmNode(node.hash)]);
    const probe = probes[0];
    return {
      ...toCrnOutput(node),
      freeMemoryMib: probe?.memoryFreeMib ?? node.memoryFreeMib,
      freeDiskMib: probe?.diskFreeMib ?? node.diskFreeMib,
      reachable: probe?.reachable ?? false,
      roundTripMs: probe?.roundTripMs ?? null,
      identityConfirmed: probe?.identityConfirmed ?? false,
      confirmedByTwoHosts: confirmed !== null,
      problem: probe?.problem ?? null,
    };
  },
  text: (node, style) =>
    style.facts([
      ['crn', node.hash],
      ['name', node.untrustedName],
      ['score', node.score.toFixed(3)],
      ['active', String(node.active)],
      ['answers', node.reachable ? `in ${node.roundTripMs} ms` : 'no'],
      ['identity', node.identityConfirmed && node.confirmedByTwoHosts ? 'confirmed' : 'not confirmed'],
      ['problem', node.problem ?? 'none'],
    ]),
  next: ({ crn, problem }) =>
    problem === null ? [{ command: `aleph-agent vm create --crn ${crn} --dry-run`, why: 'plan a VM there' }] : [],
});
