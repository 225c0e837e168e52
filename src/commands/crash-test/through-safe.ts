import { type Attempt, aboveCap, aboveMade, answeredBeyond, liveRows, neverTrue, standing } from '../../domain/trials/judge-sides.ts';
import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome } from '../../ports/host/proving-ground.ts';
import { attackByWire } from './by-wire.ts';
import { onGround, patient, type Trial } from './trial.ts';

/** What the agent may have at once, and what its VMs may cost in all: two VMs of an hour fit, no third. */
export const slice = '--budget 0.03 --max-vms 2 --max-ttl 2h';
const cap = 2;
/** With what follows no more than the ten plans that an agent may have made in a minute: beyond them it would be refused for that. */
const processes = 3;

/** What a home holds that could spend. */
export const powersIn = (agent: GroundHome): string[] => agent.files().filter((path) => /(^|\/)(keys\/|ledger|policy|safe\/)/.test(path));

const more = 'vm create more --ttl 1h --no-wait';

/** Calls of the owner, and what is beyond the slice: none may be answered with ok. */
const forbidden = [
  'vm extend first --by 6h',
  'policy set --max-total 100',
  'agents add me --budget 9',
  'agents limit ci --budget 9',
  'approve ap_00000000',
  'ledger take-over',
  'ledger reconcile',
  'keys show',
  'thaw',
];

/** Other surroundings for the same call: another home, network, account, clock, task; no safe at all. */
const surroundings = (owner: GroundHome, agent: GroundHome): Readonly<Record<string, string>>[] => [
  { ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: 'http://127.0.0.1:9' },
  { ALEPH_AGENT_ACCOUNT: 'agent', ALEPH_AGENT_PAYER: owner.address },
  { ALEPH_AGENT_TASK: 'free', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
  { ALEPH_AGENT_HOME: `${agent.folder}.own`, ALEPH_AGENT_TOKEN_FILE: `${agent.folder}/joined.json` },
];

/** Everything that the agent's home could have in it beside its token. */
const planted: Readonly<Record<string, string>> = {
  'settings.json': JSON.stringify({ network: 'devnet' }),
  'policy.json': JSON.stringify({ maxVms: 1000, maxTotal: '1000' }),
  'keys/agent.json': JSON.stringify({ name: 'agent', network: 'devnet', privateKey: `0x${'11'.repeat(32)}` }),
};

/** Tries all that an agent can do on its own side. */
export const attackSafe = async (owner: GroundHome, agent: GroundHome): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  const askMore = async (how: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { code } = await agent.run(more, { env });
    attempts.push({ does: `${more}${how}`, code, makesVm: true });
  };
  await askMore('');
  for (const line of forbidden) attempts.push({ does: line, code: (await agent.run(line)).code });
  for (const env of surroundings(owner, agent)) await askMore(` with ${Object.keys(env).join(' and ')}`, env);
  for (const [path, text] of Object.entries(planted)) agent.put(path, text);
  agent.put('ledger.sqlite', '');
  await askMore(' with a key, a policy and a ledger in its home');
  for (const path of [...Object.keys(planted), 'ledger.sqlite', 'keys']) agent.lose(path);
  return attempts;
};

export const tallyOf = (attempts: readonly Attempt[]): string => tally(attempts.map(({ code }) => code));

export const throughSafe: Trial = {
  id: 'safe',
  tried: `An agent that joined a safe (serve) creates a VM, then ${processes} at once, then beyond its slice, calls what is the owner's, gives itself other surroundings and edits every file of its home; then another program speaks to the safe with a token that is worth nothing.`,
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
      const works = await agent.persist(`vm create first --ttl 1h --guest-timer off ${patient}`);
      const names = Array.from({ length: processes }, (_, nth) => `at-once-${nth}`);
      const runs = await Promise.all(names.map((name) => agent.run(`vm create ${name} --ttl 1h --no-wait`)));
      const before = (await ground.bills(owner.address)).length;
      const attempts = await attackSafe(owner, agent);
      const byWire = await attackByWire({ grounds: stage.grounds, ground, owner, safe }, 'first');
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
          ...answeredBeyond([...attempts, ...byWire.attempts], cap - before),
        ],
        `at once: ${tally(runs.map(({ code }) => code))}; then: ${tallyOf(attempts)}; a program with a token of its own, without our client: ${tallyOf(byWire.attempts)}; ${standing([sides])}.`,
        [...(works.code === 'ok' ? [] : [`the agent could not work: ${joined.code}, ${works.code}`]), ...byWire.missed],
      );
    }),
};
