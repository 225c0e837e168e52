import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { plainUnit, unitWords } from '../../domain/money/compute-unit.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { checkNode, nodeChecks } from '../../lifecycle/nodes/check-node.ts';
import { findNode } from '../../lifecycle/nodes/find-node.ts';
import { surveyNodes } from '../../lifecycle/nodes/survey-nodes.ts';

export default query({
  name: 'crns check',
  summary: 'Check whether one CRN suits a VM, without spending',
  audience: 'agent',
  input: z.object({
    crn: z.string().describe('Hash, URL or name'),
    cu: z
      .int()
      .min(1)
      .max(12)
      .default(1)
      .describe(`Units of ${unitWords(plainUnit)} to have room for`),
  }),
  positionals: ['crn'],
  output: z.object({
    crn: z.string(),
    hash: z.string(),
    untrustedName: z.string(),
    untrustedUrl: z.string(),
    suitable: z.boolean().describe('Nothing speaks against it'),
    roundTripMs: z.number().nullable(),
    terms: z.string().nullable(),
    findings: z.array(
      z.object({
        check: z.enum(nodeChecks),
        ok: z.boolean().nullable().describe('null: unknown'),
        untrustedFound: z.string(),
        wanted: z.string(),
      }),
    ),
  }),
  brief: ['crn', 'untrustedName', 'suitable', 'roundTripMs', 'findings'],
  failures: ['NODE_NOT_FOUND', 'NODE_UNAVAILABLE', 'AMBIGUOUS_ID'],
  examples: [{ line: 'crns check CRN', why: 'before paying for a VM there' }],
  async run(context, { crn, cu }) {
    const survey = await surveyNodes(context);
    const node = findNode(crn, survey.nodes);
    const need = { vcpus: plainUnit.vcpus * cu, memoryMib: plainUnit.memoryMib * cu, diskMib: plainUnit.diskMib * cu };
    const { findings, probe } = await checkNode(context, survey, node, need);
    return {
      crn: shortId(node.hash),
      hash: node.hash,
      untrustedName: node.untrustedName,
      untrustedUrl: node.url,
      suitable: findings.every(({ ok }) => ok !== false),
      roundTripMs: probe?.roundTripMs ?? null,
      terms: node.terms,
      findings: findings.map(({ found, ...finding }) => ({ ...finding, untrustedFound: found })),
    };
  },
  text: ({ crn, untrustedName, suitable, findings }, style) =>
    [
      `${crn} ${untrustedName}: ${suitable ? style.good('suitable') : style.bad('not suitable')}`,
      style.table(
        ['CHECK', 'OK', 'FOUND', 'WANTED'],
        findings.map(({ check, ok, untrustedFound, wanted }) => [
          check,
          ok === null ? '-' : ok ? style.good('ok') : style.bad('not ok'),
          untrustedFound,
          wanted,
        ]),
      ),
    ].join('\n'),
  next: ({ crn, suitable, terms }) =>
    suitable
      ? [hint('plan a VM there', 'vm create', { crn, acceptTerms: terms !== null, dryRun: true })]
      : [hint('look for another', 'crns ls')],
});
