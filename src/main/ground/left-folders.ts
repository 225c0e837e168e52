import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const folderPrefix = 'aleph-agent-trial-';

/** Takes away the folders of this user whose runs were killed before they could do it. */
export const sweepFolders = (): void => {
  const runs = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (thrown) {
      // another user's process is one, too
      return (thrown as { code?: string }).code === 'EPERM';
    }
  };
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${folderPrefix}([1-9]\\d*)-`).exec(name)?.[1];
    if (pid === undefined || runs(Number(pid))) continue;
    try {
      const folder = join(tmpdir(), name);
      if (lstatSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // what cannot be taken away is left, and hinders nothing
    }
  }
};
