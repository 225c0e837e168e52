import type { Attempt } from '../../domain/trials/attempts.ts';
import type { GroundHome, ProvingGround, ProvingGrounds, ServedSafe } from '../../ports/host/proving-ground.ts';

/** Of an agent that may spend next to nothing, so that whatever it is given is too much. */
const slice = '--budget 0.001 --max-vms 5';
const spent = ['TOTAL_LIMIT'];
const notIts = ['AGENT_REFUSED'];
const notThere = ['VM_NOT_FOUND'];

interface Wired {
  does?: string;
  body: { command: string; input: object; options?: object; id?: string };
  expects: readonly string[];
}

const call = (command: string, input: object, expects: readonly string[], more: object = {}): Wired => ({
  body: { command, input, ...more },
  expects,
});
const create = (input: object, more: object = {}): Wired => call('vm create', { name: 'wired', ttl: '1h', ...input }, spent, more);

/** What is another agent's, or the owner's. */
interface Others {
  vm: { name: string; hash: string; requestId: string };
  /** A VM that a person has allowed the owner, and the id of that approval. */
  approval: string;
  allowed: object;
  /** Of a call that the other agent has made. */
  call: { id: string; body: Wired['body'] };
}

/** What a program says to a safe that keeps to none of the rules of ours. */
const bodies = ({ vm: { name, hash, requestId }, approval, allowed, call: made }: Others): Wired[] => [
  create({}),
  { ...create(allowed, { options: { approval } }), expects: ['APPROVAL_NOT_FOUND'] },
  create({}, { options: { task: 'of-another' } }),
  create({ requestId }),
  create({ name, ifExists: 'return' }),
  // a node's address would make the safe connect to it
  { ...create({ crn: 'http://127.0.0.1:9' }), expects: ['USAGE'] },
  { ...create({ acceptTerms: true }), expects: notIts },
  ...[name, hash].flatMap((vm) => [
    call('vm show', { vm }, notThere),
    call('vm extend', { vm, by: '1h' }, notThere),
    call('vm destroy', { vms: [vm] }, notThere),
  ]),
  call('vm protect', { vm: hash }, notThere),
  call('vm stop', { vm: hash }, notThere),
  { body: { ...made.body, id: made.id }, expects: notThere },
  call('approvals show', { id: approval }, ['APPROVAL_NOT_FOUND']),
  call('deny', { id: approval }, ['APPROVAL_NOT_FOUND']),
  call('vm logs', { vm: hash }, notIts),
  call('vm exec', { vm: hash, command: ['id'] }, notIts),
  call('policy set', { maxTotal: '1000' }, notIts),
  call('agents add', { name: 'me', budget: '9' }, notIts),
  call('agents limit', { name: 'wire', budget: '9' }, notIts),
  call('approve', { id: approval }, notIts),
  call('ledger take-over', {}, notIts),
  call('keys show', {}, notIts),
  call('serve backup', { file: '/tmp/stolen.tar' }, notIts),
  call('thaw', {}, notIts),
];

export interface ByWire {
  attempts: Attempt[];
  /** What must succeed, and did not. */
  missed: string[];
}

const tokenOf = (home: GroundHome): string => (JSON.parse(home.read('joined.json')) as { token: string }).token;

interface Scene {
  grounds: ProvingGrounds;
  ground: ProvingGround;
  owner: GroundHome;
  safe: ServedSafe;
  /** Whose VM `first` is attacked. */
  agent: GroundHome;
}

/** Lets a second agent in, takes its token out of its home, and speaks to the safe with it about what is others'. */
export const attackByWire = async (
  { grounds, ground, owner, safe, agent }: Scene,
  vm: { name: string; requestId: string },
): Promise<ByWire> => {
  const { data } = await owner.agreed(`agents add wire ${slice}`);
  const home = ground.bareHome('wire');
  await home.persist('join -', { stdin: String(data['invitation']) });
  const token = tokenOf(home);
  const hash = owner.record().vms.find(({ name }) => name === vm.name)?.id ?? '';
  const show = call('vm show', { vm: hash }, []);
  const id = 'an-id-of-the-other-agent';
  const shown = await grounds.tellSafe(safe.socket, tokenOf(agent), { ...show.body, id });
  const approval = await owner.granted('vm create allowed --cu 4 --ttl 4h');
  const others = { vm: { ...vm, hash }, approval, allowed: { name: 'allowed', cu: 4, ttl: '4h' }, call: { id, body: show.body } };
  const attempts: Attempt[] = [];
  for (const { body, expects } of bodies(others))
    attempts.push({ does: `by wire ${JSON.stringify(body)}`, code: await grounds.tellSafe(safe.socket, token, body), expects });
  const status = call('status', {}, notIts).body;
  const control = await grounds.tellSafe(safe.socket, token, status);
  const falseToken = `${token.slice(0, -4)}AAAA`;
  attempts.push({ does: 'by wire, with a false token', code: await grounds.tellSafe(safe.socket, falseToken, status), expects: notIts });
  return {
    attempts,
    missed: [
      ...(control === 'ok' ? [] : [`by wire status, which any agent may, was answered with ${control}`]),
      ...(shown === 'ok' ? [] : [`the agent's own VM was not there by its hash: ${shown}`]),
    ],
  };
};
