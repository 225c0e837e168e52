import type { Style } from '../../../contract/declare/style.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { shownState } from '../../../domain/ledger/ended.ts';
import { liveStates } from '../../../domain/ledger/vm-record.ts';
import { gibText } from '../../../domain/money/mib.ts';
import { nodeNameCell } from '../../../domain/nodes/node-name.ts';
import { mostUsdOf, whatOf } from '../../../domain/plan/plan-kinds.ts';
import { agent, human } from '../../../domain/suggest/fix.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { approvalStandings } from '../../../lifecycle/approvals/approval-standing.ts';
import { surveyNodes } from '../../../lifecycle/nodes/survey-nodes.ts';
import type { ReadContext } from '../../../ports/context.ts';
import type { Candidates } from './pick.ts';

/** Nodes shown to choose from: one who looks for another knows its hash. */
const nodesShown = 12;

/** The VMs that live, by item hash: an agent's VM may have the name of another's, and a name is the caller's own first. */
export const liveVms = async (context: ReadContext, style: Style): Promise<Candidates> => {
  const vms = (await context.ledger()).vms({ network: context.network, states: liveStates });
  const ofAgents = vms.some(({ agent: name }) => name !== null);
  return {
    noun: 'VM',
    head: ['NAME', 'ID', ...(ofAgents ? ['AGENT'] : []), 'STATE', 'EXPIRES'],
    rows: vms.map((vm) => ({
      value: vm.id,
      cells: [vm.name, shortId(vm.id), ...(ofAgents ? [vm.agent ?? 'owner'] : []), shownState(vm), style.when(formatInstant(vm.expiresAt))],
      said: `${vm.name} (${shortId(vm.id)})${vm.agent === null ? '' : ` of agent ${vm.agent}`}`,
    })),
    none: new Failure('INPUT_MISSING', 'VM is missing, and no VM is live that could be chosen.', {
      fix: agent('See which there were.', 'vm ls', { all: true }),
    }),
  };
};

/** The keys of this home that are in order; `spending`: without those that only sign approvals. */
const keysOf = ({ keys }: Pick<ReadContext, 'keys'>, { spending }: { spending: boolean }): Candidates => ({
  noun: 'key',
  head: ['NAME', 'ADDRESS', 'NETWORK', 'LOCK'],
  goFirst: ['LOCK', 'NETWORK'],
  rows: keys
    .list()
    .filter(({ role }) => !spending || role === 'account')
    .map(({ name, address, network, kind }) => ({
      value: name,
      cells: [name, address, network, kind === 'hot' ? 'none' : 'passphrase'],
      said: `${name} (${address})`,
    })),
  none: new Failure('INPUT_MISSING', 'NAME is missing, and this home has no key that could be chosen.', {
    fix: agent('Make one.', 'keys create'),
  }),
});

export const keysHere = async (context: ReadContext): Promise<Candidates> => keysOf(context, { spending: false });
export const spendingKeys = async (context: ReadContext): Promise<Candidates> => keysOf(context, { spending: true });

/** The requests that wait; `granted`: also those that were approved and are not used yet. */
export const openRequests = async (context: ReadContext, style: Style, { granted }: { granted: boolean }): Promise<Candidates> => {
  const ledger = await context.ledger();
  const states = granted ? (['pending', 'granted'] as const) : (['pending'] as const);
  const rows = states.flatMap((state) => ledger.approvals({ network: context.network, state }));
  const open = (await approvalStandings(context, rows)).filter(({ state }) => states.some((one) => one === state));
  return {
    noun: 'request',
    head: ['ID', 'AT MOST', 'WHAT', 'UNTIL'],
    goFirst: ['UNTIL'],
    rows: open.map(({ row, plan }) => ({
      value: row.id,
      cells: [row.id, plan.cost === null ? '' : `${mostUsdOf(plan)} USD`, whatOf(plan), style.when(formatInstant(row.expiresAt))],
      about: `For account ${row.account}${row.agent === null ? '' : `, asked by agent ${row.agent}`}.`,
      said: `${row.id}: ${whatOf(plan)}`,
    })),
    none: new Failure('APPROVAL_NOT_FOUND', 'Nothing waits for approval.', { fix: human('See past ones.', 'approvals ls', { all: true }) }),
  };
};

/** The nodes with the best scores. */
export const bestNodes = async (context: ReadContext): Promise<Candidates> => {
  const { nodes } = await surveyNodes(context);
  const best = nodes
    .filter(({ active }) => active)
    .sort((a, b) => b.score - a.score)
    .slice(0, nodesShown);
  return {
    noun: 'node',
    head: ['NODE', 'NAME', 'SCORE', 'FREE MEMORY'],
    rows: best.map(({ hash, untrustedName, score, memoryFreeMib }) => ({
      value: hash,
      cells: [shortId(hash), nodeNameCell(untrustedName), score.toFixed(2), memoryFreeMib === null ? '' : gibText(memoryFreeMib)],
      said: shortId(hash),
    })),
    none: new Failure('INPUT_MISSING', 'CRN is missing, and no node is in the list that could be chosen.', {
      fix: agent('See which nodes there are.', 'crns ls'),
    }),
  };
};
