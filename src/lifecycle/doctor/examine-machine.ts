import type { Fix } from '../../domain/failure/failure.ts';
import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { MachineReport } from '../../ports/host/machine-report.ts';

/** Examines Node's version, ssh, and whether other users of this machine may read our files. */
export const examineMachine = async (context: ReadContext): Promise<Finding[]> => {
  const { nodeVersion, nodeSupported, ssh, lax } = await context.host.inspect();
  return [
    nodeSupported
      ? sound('node', `Node ${nodeVersion}.`)
      : found('warn', 'node', `Node ${nodeVersion} is none that this version is tested on.`, human('Use Node 20.19, 22.13, 24 or later.')),
    ssh === null
      ? found('warn', 'ssh', 'There is no ssh on the PATH: vm ssh does not work, vm exec does.', human('Install OpenSSH.'))
      : sound('ssh', `${ssh}.`),
    ...examineModes(lax),
  ];
};

/** What doctor --fix leaves alone, because it is behind a link or another user's, a person closes. */
const examineModes = (lax: MachineReport['lax']): Finding[] => {
  if (lax.length === 0) return [sound('permissions', 'Keys, ledger and settings are for this user alone.')];
  const [ours, others] = [lax.filter((each) => each.ours), lax.filter((each) => !each.ours)];
  const chmod = others.map(({ path, folder }) => `chmod ${folder ? '700' : '600'} ${shellWord(path)}`).join(' && ');
  return [
    ...readable(ours, '', agent('Close them to other users.', 'doctor', { fix: true })),
    ...readable(others, ', which are links, behind a link, or of another user', human(chmod)),
  ];
};

const readable = (lax: MachineReport['lax'], which: string, fix: Fix): Finding[] => {
  if (lax.length === 0) return [];
  const level = lax.every(({ folder }) => folder) ? 'warn' : 'fail';
  const named = lax.map(({ path, mode }) => `${path} (${mode})`).join(', ');
  return [found(level, 'permissions', `Other users of this machine may read ${named}${which}.`, fix)];
};

/** Counts the user's own networks. `CONFIG_INVALID` where the settings cannot be used. */
export const examineSettings = async (context: ReadContext): Promise<Finding[]> => {
  context.settings.check();
  const networks = Object.keys(context.settings.networks()).length;
  return [sound('settings', networks === 0 ? 'Valid.' : `Valid, with ${networks} networks of your own.`)];
};
