import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant, paging } from '../../contract/fields/fields.ts';
import { type CrnOutput, crnOutput } from '../../contract/outputs/crn-output.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { probeAtMost, probeNodes } from '../../lifecycle/nodes/probe-nodes.ts';
import { surveyNodes } from '../../lifecycle/nodes/survey-nodes.ts';
import { crnRow } from './crn-row.ts';
import { crnSorts, needOf, pickCrns, sortCrns } from './pick-crns.ts';

const totals = {
  known: z.int(),
  active: z.int(),
  healthy: z.int().nullable().describe('Active, linked and reached by the scheduler'),
  minVersion: z.string().nullable(),
  listedAt: instant,
  stale: z.boolean().describe('An older copy'),
};

export default query({
  name: 'crns ls',
  summary: 'List compute nodes (CRNs), best score first; asks the first 12 shown',
  audience: 'agent',
  input: z.object({
    minVcpus: z.int().min(1).optional().describe('vCPUs that it admits'),
    minMemory: z.int().min(1).optional().meta({ unit: 'MIB' }).describe('Free memory'),
    minDisk: z.int().min(1).optional().meta({ unit: 'MIB' }).describe('Free disk'),
    gpu: z.string().optional().describe('Model of a free card'),
    confidential: z.boolean().default(false).describe('Encrypts memory'),
    minScore: z.number().min(0).max(1).default(0).describe('0 to 1'),
    owner: z.string().optional().describe('Its address'),
    region: z.string().optional().describe('Country code, where known'),
    name: z.string().optional().describe('Part of the name'),
    sort: z.enum(crnSorts).default('score').describe('Best first'),
    probe: z.boolean().default(true).describe('Ask the nodes themselves'),
    all: z.boolean().default(false).describe('Also inactive and unsuitable ones'),
    ...paging,
  }),
  output: listOf(crnOutput, totals),
  brief: [
    'items.*.crn',
    'items.*.score',
    'items.*.freeVcpus',
    'items.*.freeMemoryMib',
    'items.*.freeDiskMib',
    'items.*.roundTripMs',
    'items.*.list',
    'items.*.problems',
    'items.*.untrustedName',
    'count',
    'total',
    'nextCursor',
    'totals',
  ],
  failures: ['NODE_UNAVAILABLE'],
  examples: [
    { line: 'crns ls --limit 5', why: 'the five best' },
    { line: 'crns ls --min-memory 8192 --sort trip', why: 'near ones with room' },
  ],
  async run(context, input) {
    const survey = await surveyNodes(context);
    const need = needOf(input);
    const picked = pickCrns(survey, input);
    if (input.region !== undefined) {
      const silent = survey.nodes.filter(({ region }) => region === null).length;
      if (silent > 0)
        context.warn('REGION_UNKNOWN', `The addresses of ${silent} of ${survey.nodes.length} nodes do not tell where they are.`);
    }
    const byHash = new Map(picked.map((node) => [node.hash, node]));
    const asking = async (rows: readonly CrnOutput[]): Promise<CrnOutput[]> => {
      if (!input.probe) return [...rows];
      const asked = rows.slice(0, probeAtMost).map(({ hash }) => byHash.get(hash)!);
      const probes = await probeNodes(context, asked);
      return rows.map((row) => crnRow(byHash.get(row.hash)!, survey, probes.get(row.hash), need));
    };
    const listed = picked.map((node) => crnRow(node, survey, undefined, need));
    // What is not measured cannot be sorted by: the best twelve are asked first.
    const measured = input.sort === 'trip';
    const ordered = measured ? sortCrns(await asking(sortCrns(listed, 'score')), 'trip') : sortCrns(listed, input.sort);
    const page = pageOf(ordered, input, ({ hash }) => hash);
    const active = survey.nodes.filter((node) => node.active);
    return {
      ...page,
      items: measured ? page.items : await asking(page.items),
      totals: {
        known: survey.nodes.length,
        active: active.length,
        healthy: survey.schedulerAnswers ? active.filter(({ linked, reached }) => linked && reached === true).length : null,
        minVersion: survey.minVersion,
        listedAt: formatInstant(survey.at),
        stale: survey.stale,
      },
    };
  },
  text: ({ items, totals }, style) =>
    [
      style.table(
        ['CRN', 'NAME', 'SCORE', 'VCPUS', 'MEMORY', 'DISK', 'TRIP', 'NOTE'],
        items.map((node) => [
          node.crn,
          node.untrustedName.slice(0, 18),
          node.score.toFixed(2),
          node.freeVcpus === null ? '?' : String(node.freeVcpus),
          gib(node.freeMemoryMib),
          gib(node.freeDiskMib),
          node.roundTripMs === null ? '' : `${node.roundTripMs} ms`,
          note(node),
        ]),
      ),
      `${totals.known} known, ${totals.active} active, ${totals.healthy ?? 'unknown how many'} healthy.`,
    ].join('\n'),
  next: ({ items }) => {
    const [first] = items.filter(({ problems }) => problems.length === 0);
    return first === undefined ? [] : [hint('try one node end to end, for nothing', 'crns check', first.crn)];
  },
});

const gib = (mib: number | null): string => (mib === null ? '?' : `${Math.floor(mib / 1024)} GiB`);

const note = ({ list, problems }: CrnOutput): string =>
  [...(list === 'stale' || list === 'lies' ? [`list ${list}`] : []), ...problems].join(', ');
