import { openBackups } from '../../adapters/backup/open-backups.ts';
import type { HomeFolders } from '../../adapters/host/home.ts';
import { sealLedger, snapshotLedger } from '../../adapters/ledger/ledger-in-one-file.ts';
import { openLedger } from '../../adapters/ledger/open-ledger.ts';
import type { Backups } from '../../ports/backups.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { World } from '../context.ts';

/** Backups of this home, with the ledger as they need it: as it is at one instant, and one that is not in its place yet. */
export const backupsOf = (
  { machine, version, crash }: World,
  { folders, files, clock }: { folders: HomeFolders; files: PrivateFiles; clock: Clock },
  signal: AbortSignal,
): Backups => {
  const user = machine.getuid?.() ?? null;
  return openBackups({
    folders,
    files,
    user,
    program: version,
    snapshot: (to) => snapshotLedger(folders.ledger, to),
    open: (path) => openLedger({ path, user, now: clock.now, ...(crash === null ? {} : { crash }) }),
    seal: sealLedger,
    signal,
  });
};
