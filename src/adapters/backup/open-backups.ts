import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { Backups } from '../../ports/backups.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { ledgerFile } from './contents.ts';
import type { BackedUpFolders } from './home-files.ts';
import { keepBackup, requireFit, stagePrefix } from './keep-backup.ts';
import { type ReadBackup, readBackup } from './read-backup.ts';
import { takeBackup } from './take-backup.ts';
import { diskTrouble, unfit } from './unfit.ts';

interface Home {
  folders: BackedUpFolders;
  files: PrivateFiles;
  /** Whoever runs this; null where a machine knows no users. */
  user: number | null;
  /** The version of this program. */
  program: string;
  /** As `snapshotLedger` of this home's ledger. */
  snapshot(to: string): boolean;
  /** Opens a ledger that is not the home's. */
  open(path: string): Ledger & { close(): void };
  /** As `sealLedger`. */
  seal(path: string): void;
  signal: AbortSignal;
}

/** A private folder beside the ledger's place, in a home that is made where there is none. */
const makeStage = async (data: string): Promise<{ stage: string; made: boolean }> => {
  try {
    const made = (await mkdir(data, { recursive: true, mode: 0o700 })) !== undefined;
    return { stage: await mkdtemp(join(data, stagePrefix)), made };
  } catch (thrown) {
    throw diskTrouble(data, 'written', thrown);
  }
};

/** The ledger of a backup, opened and brought to the schema of this version. */
const opened = (path: string, stage: string, open: Home['open']): ReturnType<Home['open']> => {
  const ledger = open(stage);
  try {
    ledger.agents();
    return ledger;
  } catch (thrown) {
    ledger.close();
    if (!(thrown instanceof Failure) || thrown.code !== 'LEDGER_UNREADABLE') throw thrown;
    throw unfit(path, `its ${ledgerFile} is no ledger that can be used`, undefined, thrown);
  }
};

/** Backups of the home with these folders. */
export const openBackups = (home: Home): Backups => {
  const { folders, user, signal } = home;
  const data = dirname(folders.ledger);
  return {
    home: async () => data,
    write: (path, at) => takeBackup(path, at, home),
    async unpack(path) {
      const { stage, made } = await makeStage(data);
      const ledgerTo = join(stage, ledgerFile);
      let ledger: ReturnType<Home['open']> | null = null;
      const discard = async (): Promise<void> => {
        ledger?.close();
        ledger = null;
        await rm(stage, { recursive: true, force: true });
        // a home that was made for nothing goes again; one that has something by now stays
        if (made) await rmdir(data).catch(() => undefined);
      };
      try {
        const backup: ReadBackup = await readBackup(path, { user, ledgerTo, signal });
        requireFit(home, backup);
        const { at, program, files } = backup;
        if (files.some((file) => file.path === ledgerFile)) ledger = opened(path, ledgerTo, home.open);
        return {
          at,
          program,
          keys: files.filter((file) => file.path.startsWith('keys/')).length,
          ledger,
          discard,
          async keep() {
            const has = ledger !== null;
            ledger?.close();
            ledger = null;
            await keepBackup(home, backup, has ? ledgerTo : null);
          },
        };
      } catch (thrown) {
        await discard();
        throw thrown;
      }
    },
  };
};
