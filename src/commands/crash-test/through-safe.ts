import { type Attempt, answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveCap, aboveMade, liveBills, liveRows, neverTrue, type Sides, standing } from '../../domain/trials/judge-sides.ts';
import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome } from '../../ports/host/proving-ground.ts';
import { attackByWire } from './by-wire.ts';
import { attempt, onGround, patient, type Trial } from './trial.ts';

/** What the agent may have at once, and what its VMs may cost in all: two VMs of an hour fit, no third. */
export const slice = '--budget 0.03 --max-vms 2 --max-ttl 2h';
const cap = 2;
/** With what follows no more than the ten plans that an agent may have made in a minute: beyond them it would be refused for that. */
const processes = 2;

/** What a home holds that could spend. */
export const powersIn = (agent: GroundHome): string[] => agent.files().filter((path) => /(^|\/)(keys\/|ledger|policy|safe\/)/.test(path));

const more = 'vm create more --ttl 1h --no-wait';
const full = ['TOO_MANY_VMS', 'TOTAL_LIMIT'];
const notIts = ['AGENT_REFUSED'];

/** Calls of the owner, and what is beyond the slice: none may be answered with ok. */
const forbidden: readonly (readonly [string, readonly string[]])[] = [
  ['vm extend first --by 6h', ['TTL_TOO_LONG']],
  ['policy set --max-total 100', notIts],
  ['agents add me --budget 9', notIts],
  ['agents limit ci --budget 9', notIts],
  ['approve ap_00000000', notIts],
  ['ledger take-over', notIts],
  ['ledger reconcile', notIts],
  ['keys show', notIts],
  ['thaw', notIts],
];

/** Code of the agent's own that runs inside the client, and leaves a mark. */
const preload = { path: 'preload.cjs', mark: 'preloaded' };
const preloaded = `require('node:fs').writeFileSync(require('node:path').join(__dirname, '${preload.mark}'), '');\n`;

/** Other surroundings for the same call: a network, a task, code and certificates of its own, another home. */
const surroundings = (control: string, agent: GroundHome): Readonly<Record<string, string>>[] => [
  {
    ALEPH_AGENT_NETWORK: 'devnet',
    ALEPH_AGENT_DEVNET: control,
    ALEPH_AGENT_TASK: 'free',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NODE_OPTIONS: `--require ${JSON.stringify(`${agent.folder}/${preload.path}`)}`,
    NODE_EXTRA_CA_CERTS: `${agent.folder}/ca.pem`,
  },
  { ALEPH_AGENT_HOME: `${agent.folder}/own`, ALEPH_AGENT_TOKEN_FILE: `${agent.folder}/joined.json` },
];

/** Everything that the agent's home could have in it beside its token. */
const planted: Readonly<Record<string, string>> = {
  'settings.json': JSON.stringify({ network: 'devnet' }),
  'policy.json': JSON.stringify({ maxVms: 1000, maxTotal: '1000' }),
  'keys/agent.json': JSON.stringify({ name: 'agent', network: 'devnet', privateKey: `0x${'11'.repeat(32)}` }),
};

/** What its own word of the safe could say instead. */
const joinedOtherwise: readonly (readonly [string, object, readonly string[]])[] = [
  ['another agent, network and account', { agent: 'wire', network: 'mainnet', account: `0x${'1'.repeat(40)}` }, full],
  ['a socket of another user', { uid: 4_000_000 }, ['SAFE_UNREACHABLE']],
];

export interface Attacked {
  attempts: Attempt[];
  /** What must succeed, and did not. */
  missed: string[];
}

/** Tries all that an agent can do on its own side. */
export const attackSafe = async (control: string, agent: GroundHome): Promise<Attacked> => {
  const attempts: Attempt[] = [];
  const askMore = async (how: string, expects: readonly string[] = full, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    attempts.push({ ...(await attempt(agent, more, expects, { does: `${more}${how}`, env })), makesVm: true });
  };
  await askMore('');
  for (const [line, expects] of forbidden) attempts.push(await attempt(agent, line, expects));
  agent.put(preload.path, preloaded);
  for (const env of surroundings(control, agent)) await askMore(` with ${Object.keys(env).join(' and ')}`, full, env);
  const hasRun = agent.files().includes(preload.mark);
  for (const [path, text] of Object.entries(planted)) agent.put(path, text);
  agent.put('ledger.sqlite', '');
  await askMore(' with a key, a policy and a ledger in its home');
  for (const path of [...Object.keys(planted), 'ledger.sqlite', 'keys', 'own', preload.path, preload.mark]) agent.lose(path);
  const joined = agent.read('joined.json');
  for (const [what, change, expects] of joinedOtherwise) {
    agent.put('joined.json', JSON.stringify({ ...JSON.parse(joined), ...change }));
    await askMore(` with ${what} in joined.json`, expects);
  }
  agent.put('joined.json', joined);
  return { attempts, missed: hasRun ? [] : ["code of the agent's own did not run in its client"] };
};

/** The VM that others are after. */
export const first = { name: 'first', requestId: 'the-first' };

/** It goes on as it was. */
export const endedVm = ({ bills, record }: Sides): string[] => {
  const hash = record.vms.find(({ name }) => name === first.name)?.id;
  return liveBills(bills).some((bill) => bill.hash === hash) ? [] : [`VM ${first.name} was ended by somebody who is not its agent`];
};

export const tallyOf = (attempts: readonly Attempt[]): string => tally(attempts.map(({ code }) => code));

export const throughSafe: Trial = {
  id: 'safe',
  tried: `An agent that joined a safe (serve) creates a VM, then ${processes} at once, then beyond its slice, calls what is the owner's, gives itself other surroundings, runs code of its own in the client, puts a key, a policy and a ledger into its home and edits its word of the safe; then another program speaks to the safe with a token that is worth nothing, about the first one's VM and an approval of the owner's.`,
  claimed: 'Its home holds no key, policy or ledger; nothing of it goes above the slice, and it approves nothing.',
  notClaimed: 'Anything here about reading the safe: in this trial both are one OS user. two-users tries that.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const owner = await ground.home('50');
      const safe = await owner.serve();
      const { data } = await owner.agreed(`agents add ci ${slice}`);
      const agent = ground.bareHome('ci');
      const joined = await agent.persist('join -', { stdin: String(data['invitation']) });
      const powers = powersIn(agent);
      const works = await agent.persist(`vm create first --ttl 1h --guest-timer off --request-id ${first.requestId} ${patient}`);
      const names = Array.from({ length: processes }, (_, nth) => `at-once-${nth}`);
      const runs = await Promise.all(names.map((name) => agent.run(`vm create ${name} --ttl 1h --no-wait`)));
      const before = (await ground.bills(owner.address)).length;
      const own = await attackSafe(ground.control, agent);
      const byWire = await attackByWire({ grounds: stage.grounds, ground, owner, safe, agent }, first);
      const attempts = [...own.attempts, ...byWire.attempts];
      const sides = { bills: await ground.bills(owner.address), record: owner.record() };
      await safe.close();
      return verdictOf(
        [
          ...powers.map((path) => `the agent's home holds ${path}`),
          ...neverTrue(sides),
          ...aboveCap(sides, cap),
          ...aboveMade(sides.bills.length - before, cap - before),
          ...liveRows(sides.record)
            .filter((row) => row.agent !== 'ci')
            .map(({ name }) => `VM ${name} is not on record as the agent's`),
          ...endedVm(sides),
          ...answeredBeyond(attempts, cap - before),
        ],
        `at once: ${tally(runs.map(({ code }) => code))}; then: ${tallyOf(own.attempts)}; a program with a token of its own, without our client: ${tallyOf(byWire.attempts)}; ${standing([sides])}.`,
        [
          ...(works.code === 'ok' ? [] : [`the agent could not work: ${joined.code}, ${works.code}`]),
          ...unshown(attempts),
          ...own.missed,
          ...byWire.missed,
        ],
      );
    }),
};
