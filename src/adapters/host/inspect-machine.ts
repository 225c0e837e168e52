import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { MachineReport } from '../../ports/host/machine-report.ts';
import type { HomeFolders } from './home.ts';
import { laxModes } from './lax-modes.ts';

export const inspectMachine = (folders: HomeFolders, env: Readonly<Record<string, string | undefined>>): MachineReport => ({
  nodeVersion: process.versions.node,
  nodeSupported: runsOn(process.versions.node),
  ssh: programOn(env['PATH'] ?? '', 'ssh'),
  lax: laxModes(folders),
});

/** `engines` of package.json: ^20.19 || ^22.13 || >=24. */
export const runsOn = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
};

const programOn = (path: string, name: string): string | null =>
  path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null;
