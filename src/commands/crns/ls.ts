import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import { instant, mib } from '../../contract/fields/fields.ts';
import { type CrnOutput, crnOutput } from '../../contract/outputs/crn-output.ts';
import { list } from '../../contract/outputs/list.ts';
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

const gib = (mib: number | null): string => (mib === null ? '?' : `${Math.floor(mib / 1024)} GiB`);

const note = ({ list: listed, problems }: CrnOutput): string =>
  [...(listed === 'stale' || listed === 'lies' ? [`list ${listed}`] : []), ...problems].join(', ');

export default list({
  name: 'crns ls',
  summary: 'List compute nodes (CRNs), best score first; probes the first 12 shown',
  audience: 'agent',
  input: {
    minVcpus: z.int().min(1).optional().describe('vCPUs for one VM'),
    minMemory: mib(999_999_999).optional().describe('Free memory, like 8GiB'),
    minDisk: mib(999_999_999).optional().describe('Free disk, like 100GiB'),
    gpu: z.string().optional().describe('Model of a free card'),
    confidential: z.boolean().default(false).describe('Nodes that encrypt memory'),
    minScore: z.number().min(0).max(1).default(0).describe('0 to 1'),
    owner: z.string().optional().describe('Address of its owner'),
    region: z.string().optional().describe('Country code, where known'),
    name: z.string().optional().describe('Part of the name'),
    sort: z.enum(crnSorts).default('score').describe('Best first'),
    probe: z.boolean().default(true).describe('Ask the nodes themselves'),
    all: z.boolean().default(false).describe('Also inactive and unsuitable ones'),
  },
  item: crnOutput,
  totals,
  brief: ['crn', 'score', 'freeVcpus', 'freeMemoryMib', 'freeDiskMib', 'roundTripMs', 'list', 'problems', 'untrustedName'],
  failures: ['NODE_UNAVAILABLE'],
  examples: [
    { line: 'crns ls --limit 5', why: 'the five best' },
    { line: 'crns ls --min-memory 8GiB --sort trip', why: 'near ones with room' },
  ],
  async run(context, input, page) {
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
      const probes = await probeNodes(context, asked, survey.words);
      return rows.map((row) => crnRow(byHash.get(row.hash)!, survey, probes.get(row.hash), need));
    };
    const listed = picked.map((node) => crnRow(node, survey, undefined, need));
    // What is not measured cannot be sorted by: the best twelve are asked first.
    const measured = input.sort === 'trip';
    const ordered = measured ? sortCrns(await asking(sortCrns(listed, 'score')), 'trip') : sortCrns(listed, input.sort);
    const shown = page(ordered, ({ hash }) => hash);
    const active = survey.nodes.filter((node) => node.active);
    return {
      ...shown,
      items: measured ? shown.items : await asking(shown.items),
      totals: {
        known: survey.nodes.length,
        active: active.length,
        healthy: survey.words === null ? null : active.filter(({ linked, reached }) => linked && reached === true).length,
        minVersion: survey.minVersion,
        listedAt: formatInstant(survey.at),
        stale: survey.stale,
      },
    };
  },
  columns: [
    ['CRN', 'crn'],
    ['NAME', ({ untrustedName }) => (untrustedName.length > 18 ? `${untrustedName.slice(0, 17)}…` : untrustedName)],
    ['SCORE', ({ score }) => score.toFixed(2)],
    ['VCPUS', ({ freeVcpus }) => String(freeVcpus ?? '?')],
    ['MEMORY', ({ freeMemoryMib }) => gib(freeMemoryMib)],
    ['DISK', ({ freeDiskMib }) => gib(freeDiskMib)],
    ['TRIP', ({ roundTripMs }) => (roundTripMs === null ? '' : `${roundTripMs} ms`)],
    ['NOTE', note],
  ],
  goFirst: ['NAME', 'TRIP', 'VCPUS'],
  foot: ({ known, active, healthy }) => `${known} known, ${active} active, ${healthy ?? 'unknown how many'} healthy.`,
  next: ({ items }) => {
    const [first] = items.filter(({ problems }) => problems.length === 0);
    return first === undefined ? [] : [hint('try one node end to end, for nothing', 'crns check', first.crn)];
  },
});
