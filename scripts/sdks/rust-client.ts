import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, type Outcome, type Place, ran, type Stage, skipped } from './stage.ts';

const client = 'aleph-cli 0.22';
/** Its compilation takes longer than a run of all clients may. */
const program = process.env['ALEPH_RUST_CLI'];
const howToHave = 'cargo install aleph-cli --version ^0.22, then give the path of its program in ALEPH_RUST_CLI';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q rust';

/** The Rust CLI, where somebody has compiled it. */
export const rustClient: Stage = {
  name: 'rust',
  async run(place) {
    if (program === undefined)
      return skipped(client, spawnSync('cargo', ['--version']).status === 0 ? howToHave : 'there is no cargo here');
    return commandLines(place, program);
  },
};

const commandLines = async (place: Place, aleph: string): Promise<Outcome[]> => {
  const { folder, wallet } = place;
  const env = environmentOf(place);
  const own = { ...env, XDG_CONFIG_HOME: folder, ALEPH_PRIVATE_KEY: wallet.privateKey, NO_COLOR: '1' };
  writeFileSync(join(folder, 'note.txt'), 'a note');
  writeFileSync(join(folder, 'key.pub'), `${publicKey}\n`);
  const outcomes: Outcome[] = [];
  /** Runs a line until what it prints fits, or for a minute and a half. */
  const step = async (flow: string, words: string, shows: RegExp, tries = 1): Promise<string> => {
    for (let left = tries; ; left--) {
      const { exit, stdout, stderr } = await ran(aleph, words.split(' '), folder, own);
      const ok = shows.test(stdout + stderr);
      if (!ok && left > 1) {
        await new Promise((done) => setTimeout(done, 3000));
        continue;
      }
      outcomes.push({ client, flow, ok, why: ok ? null : `exit ${exit}: ${(stderr.trim() || stdout.trim()).slice(-300)}` });
      return stdout + stderr;
    }
  };
  const chain = '--chain eth';
  const [node = '', nodeUrl = ''] = [env['DEVNET_NODE'], env['DEVNET_NODE_URL']];
  await step('a network of one’s own', `config network add lab --scheduler-url ${env['DEVNET_SCHEDULER']}`, /lab/i);
  await step('its CCN', `config ccn add lab-ccn ${env['ALEPH_API_HOST']} --network lab`, /lab-ccn/i);
  await step('its use', 'config network use lab', /lab/i);
  await step('its CCN’s use', 'config ccn use lab-ccn --network lab', /lab-ccn/i);
  await step('account balance', `account balance ${wallet.address} --json`, /20000000/);
  await step('credit history', `credit history --address ${wallet.address} --json`, /20000000/);
  await step('node list', 'node list --all --json', new RegExp(node));
  await step('instance price', 'instance price --size 1vcpu-2gb --json', /\d/);
  await step('credit transfer', `credit transfer --to 0x${'1'.repeat(40)} --amount 1000 ${chain} --json`, /[0-9a-f]{64}/);
  await step('file upload', `file upload note.txt ${chain} --json`, /[0-9a-f]{64}/);
  await step('file list', `file list --address ${wallet.address} --json`, /[0-9a-f]{64}/, 5);
  const create = `instance create rust --image debian12 --size 1vcpu-2gb --ssh-pubkey-file key.pub --crn ${node} ${chain} --json`;
  const vm = /"item_hash":\s*"([0-9a-f]{64})"/.exec(await step('instance create', create, /[0-9a-f]{64}/))?.[1] ?? 'none';
  await step('instance list', `instance list --address ${wallet.address} --json`, new RegExp(vm), 5);
  await step('instance start', `instance start ${vm} --crn ${nodeUrl} ${chain} --json`, /start|ok|success/i, 5);
  await step('instance show', `instance show ${vm} --verbose --json`, new RegExp(vm), 5);
  await step('instance reboot', `instance reboot ${vm} --crn ${nodeUrl} ${chain} --json`, /reboot|ok|success/i, 10);
  await step('instance stop', `instance stop ${vm} --crn ${nodeUrl} ${chain} --json`, /stop|ok|success/i);
  await step('instance erase', `instance erase ${vm} --crn ${nodeUrl} ${chain} --json`, /eras|ok|success/i);
  await step('instance delete', `instance delete ${vm} --yes ${chain} --json`, /[0-9a-f]{64}/);
  return outcomes;
};
