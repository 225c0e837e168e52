import type { ServiceMachine } from './service-machine.ts';

export interface OsUser {
  name: string;
  uid: number;
  home: string;
}

/** The OS user of this name by the machine's own lists, LDAP and the like among them; null where there is none. */
export const osUser = async ({ platform, tell }: Pick<ServiceMachine, 'platform' | 'tell'>, name: string): Promise<OsUser | null> => {
  if (platform === 'darwin') {
    const { exit, stdout } = await tell('dscl', ['.', '-read', `/Users/${name}`, 'UniqueID', 'NFSHomeDirectory']);
    const [uid, home] = ['UniqueID', 'NFSHomeDirectory'].map((key) => new RegExp(`^${key}:\\s*(.+)$`, 'm').exec(stdout)?.[1]?.trim());
    return exit !== 0 || uid === undefined || home === undefined ? null : { name, uid: Number(uid), home };
  }
  const { exit, stdout } = await tell('getent', ['passwd', name]);
  const [, , uid, , , home] = stdout.trim().split(':');
  return exit !== 0 || uid === undefined || home === undefined ? null : { name, uid: Number(uid), home };
};
