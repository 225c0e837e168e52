import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Examines Node's version, ssh, and whether other users of this machine may read our files. */
export const examineMachine = async (context: ReadContext): Promise<Finding[]> => {
  const { nodeVersion, nodeSupported, ssh, lax } = await context.host.inspect();
  const chmod = lax.map(({ path, folder }) => `chmod ${folder ? '700' : '600'} '${path}'`).join(' && ');
  return [
    nodeSupported
      ? sound('node', `Node ${nodeVersion}.`)
      : found('warn', 'node', `Node ${nodeVersion} is none that this version is tested on.`, human('Use Node 20.19, 22.13, 24 or later.')),
    ssh === null
      ? found('warn', 'ssh', 'There is no ssh on the PATH: vm ssh does not work, vm exec does.', human('Install OpenSSH.'))
      : sound('ssh', `${ssh}.`),
    lax.length === 0
      ? sound('permissions', 'Keys, ledger and settings are for this user alone.')
      : found(
          lax.every(({ folder }) => folder) ? 'warn' : 'fail',
          'permissions',
          `Other users of this machine may read ${lax.map(({ path, mode }) => `${path} (${mode})`).join(', ')}.`,
          human(chmod),
        ),
  ];
};

/** Counts the user's own networks. `CONFIG_INVALID` where the settings cannot be used. */
export const examineSettings = async (context: ReadContext): Promise<Finding[]> => {
  context.settings.check();
  const networks = Object.keys(context.settings.networks()).length;
  return [sound('settings', networks === 0 ? 'Valid.' : `Valid, with ${networks} networks of your own.`)];
};
