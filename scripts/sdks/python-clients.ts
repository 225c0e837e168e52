import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentOf, type Outcome, outcomesOf, type Place, ran, type Stage, skipped } from './stage.ts';

const sdk = 'aleph-sdk-python';
const cli = 'aleph-client';
const versions = { [sdk]: '2.3.4', [cli]: '1.9.3' } as const;
const oldest = [3, 10] as const;

/** Lines of the Python CLI that ask nobody, and what each must print. */
const lines = ({ wallet }: Place): [flow: string, words: string, shows: RegExp][] => [
  ['account balance', 'account balance', /Credits: 20000000/],
  ['credits show', 'credits show', /20000000/],
  ['credits history', 'credits history', /20000000/],
  ['pricing instance', 'pricing instance', /vCPU|tier/i],
  ['node compute', 'node compute --json', /"hash"/],
  ['aggregate post', `aggregate post cli {"a":1}`, /has been created/],
  ['aggregate get', 'aggregate get cli', /"a": ?1/],
  ['authorizations list', 'authorizations list --json', /\[/],
  ['message find', `message find --addresses ${wallet.address}`, /item_hash/],
  // it pays with ALEPH tokens, which the network no more takes for files (pyaleph, is_credit_only_required)
  ['file upload: refused', 'file upload note.txt', /402/],
  ['instance list', 'instance list', /No instance found/],
];

/** The Python SDK and CLI from PyPI, where Python is new enough. */
export const pythonClients: Stage = {
  name: 'python',
  async run(place) {
    const { folder } = place;
    const { exit, stdout } = await ran('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], folder);
    const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
    if (exit !== 0) return skipped(sdk, 'there is no python3 here');
    if (major !== oldest[0] || minor < oldest[1]) return skipped(sdk, `python3 is ${major}.${minor}, and ${oldest.join('.')} is needed`);
    const wanted = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
    const made = await ran('python3', ['-m', 'venv', 'venv'], folder);
    const installed = made.exit === 0 ? await ran('venv/bin/pip', ['install', '--quiet', ...wanted], folder) : made;
    if (installed.exit !== 0) return skipped(sdk, `pip cannot install it here: ${installed.stderr.slice(-200)}`);
    const flows = await ran(join(folder, 'venv/bin/python'), [resolve(import.meta.dirname, 'flows.py')], folder, environmentOf(place));
    return [...outcomesOf(`${sdk} ${versions[sdk]}`, flows), ...(await commandLines(place))];
  },
};

const commandLines = async (place: Place): Promise<Outcome[]> => {
  const { folder, wallet } = place;
  const client = `${cli} ${versions[cli]}`;
  const env = { ...environmentOf(place), ALEPH_PRIVATE_KEY_STRING: wallet.privateKey, NO_COLOR: '1', COLUMNS: '200' };
  writeFileSync(join(folder, 'note.txt'), 'a note\n');
  const outcomes: Outcome[] = [];
  for (const [flow, words, shows] of lines(place)) {
    const { exit, stdout, stderr } = await ran(join(folder, 'venv/bin/aleph'), words.split(' '), folder, env);
    const ok = shows.test(stdout);
    outcomes.push({ client, flow, ok, why: ok ? null : `exit ${exit}: ${(stdout.trim() || stderr.trim()).slice(-300)}` });
  }
  return outcomes;
};
