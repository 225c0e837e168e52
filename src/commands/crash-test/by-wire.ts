import type { Attempt } from '../../domain/trials/judge-sides.ts';
import type { GroundHome, ProvingGround, ProvingGrounds, ServedSafe } from '../../ports/host/proving-ground.ts';

/** Of an agent that may spend next to nothing, so that whatever it is given is too much. */
const slice = '--budget 0.001 --max-vms 5';

const create = (input: object, more: object = {}): { command: string; input: object } => ({
  command: 'vm create',
  input: { name: 'wired', ttl: '1h', ...input },
  ...more,
});

/** What a program says to a safe that keeps to none of the rules of ours; the VM is another agent's. */
const bodies = (vm: string, owner: string): { command: string; input: object }[] => [
  create({}),
  create({}, { options: { approval: 'ap_00000000' } }),
  create({ account: owner }),
  create({ payer: owner }),
  create({ network: 'mainnet' }),
  create({ crn: 'http://127.0.0.1:9' }),
  { command: 'vm destroy', input: { vms: [vm] } },
  { command: 'vm extend', input: { vm, by: '1h' } },
  { command: 'vm show', input: { vm } },
  { command: 'policy set', input: { maxTotal: '1000' } },
  { command: 'policy approver set', input: { address: owner } },
  { command: 'agents add', input: { name: 'me', budget: '9' } },
  { command: 'agents limit', input: { name: 'wire', budget: '9' } },
  { command: 'approve', input: { id: 'ap_00000000' } },
  { command: 'ledger take-over', input: {} },
  { command: 'keys show', input: {} },
  { command: 'serve backup', input: { file: '/tmp/stolen.tar' } },
  { command: 'thaw', input: {} },
  { command: 'crash-test', input: {} },
];

/** What the same agent may ask; where it may not, nothing says that the others were refused for what they ask. */
const allowed = { command: 'status', input: {} };

export interface ByWire {
  attempts: Attempt[];
  /** What must succeed, and did not. */
  missed: string[];
}

/** Lets a second agent in, takes its token out of its home, and speaks to the safe with it. */
export const attackByWire = async (
  { grounds, ground, owner, safe }: { grounds: ProvingGrounds; ground: ProvingGround; owner: GroundHome; safe: ServedSafe },
  vm: string,
): Promise<ByWire> => {
  const { data } = await owner.agreed(`agents add wire ${slice}`);
  const home = ground.bareHome('wire');
  await home.persist('join -', { stdin: String(data['invitation']) });
  const { token } = JSON.parse(home.read('joined.json')) as { token: string };
  const attempts: Attempt[] = [];
  for (const body of bodies(vm, owner.address))
    attempts.push({ does: `by wire ${JSON.stringify(body)}`, code: await grounds.tellSafe(safe.socket, token, body) });
  const control = await grounds.tellSafe(safe.socket, token, allowed);
  const falseToken = `${token.slice(0, -4)}AAAA`;
  attempts.push({ does: 'by wire, with a false token', code: await grounds.tellSafe(safe.socket, falseToken, allowed) });
  return { attempts, missed: control === 'ok' ? [] : [`by wire ${allowed.command}, which any agent may, was answered with ${control}`] };
};
