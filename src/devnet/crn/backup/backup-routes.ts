import type { Hono } from 'hono';
import { requireRef } from '../vm/known-instance.ts';
import type { Crn } from '../world/crn.ts';
import { CrnError, jsonError } from '../world/crn-error.ts';
import type { Vm } from '../world/node-state.ts';
import { answer, type CrnContext } from '../world/respond.ts';
import { archiveOf, backupMetadata, backupOf, checksumOf, idOf, sourceSizes } from './backup-archive.ts';
import { requireSigned, signedUrl } from './signed-url.ts';

/** How long a copy takes, ms: what two official clients poll for. */
const copyMs = 20_000;

/** The disks that are copied, sizes in MiB: the root file system, and the volumes where they are asked for. */
const disksOf = ({ spec }: Vm, volumes: boolean): Record<string, number> => ({
  'rootfs.qcow2': spec.diskMib,
  ...(volumes ? Object.fromEntries(spec.volumes.map(({ mount, sizeMib }) => [`${mount.split('/').at(-1)}.qcow2`, sizeMib])) : {}),
});

const inProgress = { status: 'in_progress' };

/** Backups of a VM's disks, as aleph-vm makes them (protocol-crn.md 2.9); `senderOf` tells who signed the call. */
export const addBackupRoutes = (app: Hono<{ Bindings: { crn: Crn } }>, senderOf: (c: CrnContext) => string): void => {
  /** The VM of the pool in the path, to its owner. */
  const vmOf = (c: CrnContext): Vm => {
    const { crn } = c.env;
    const sender = senderOf(c);
    const hash = requireRef(c.req.param('ref') ?? '');
    const vm = crn.state.vms[hash];
    if (vm === undefined) throw jsonError(404, `No virtual machine with ref ${hash}`);
    if (!crn.checks.mayOperate(sender, vm.spec.owner)) throw new CrnError(403, 'Unauthorized sender');
    return vm;
  };
  const told = (c: CrnContext, hash: string): Response | null => {
    const { crn } = c.env;
    const backup = backupOf(crn, hash);
    if (backup === null) return null;
    if (crn.world.clock.now() < backup.readyAt) return c.json(inProgress, 202);
    return answer(c, { ...backupMetadata(hash, backup), download_url: signedUrl(crn, hash, idOf(hash, backup)) });
  };
  const idIn = (c: CrnContext, hash: string): string => {
    const id = c.req.param('backup') ?? '';
    if (id === '' || /[/\\]|\.\./.test(id)) throw jsonError(400, 'Invalid backup_id');
    if (!id.startsWith(hash)) throw jsonError(403, 'Backup does not belong to this VM');
    return id;
  };
  /** The finished backup of this id. */
  const madeAs = (crn: Crn, hash: string, id: string) => {
    const backup = backupOf(crn, hash);
    if (backup !== null && crn.world.clock.now() >= backup.readyAt && idOf(hash, backup) === id) return backup;
    throw jsonError(404, `Backup ${id} not found`);
  };

  app.post('/control/machine/:ref/backup', (c) => {
    const { crn } = c.env;
    const vm = vmOf(c);
    if (vm.phase !== 'running') throw jsonError(400, 'VM must be running to create backup');
    const known = told(c, vm.hash);
    if (known !== null) return known;
    const volumes = c.req.query('include_volumes') === 'true';
    crn.state.backups[vm.hash] = { readyAt: crn.world.clock.now() + copyMs, disks: disksOf(vm, volumes) };
    return c.json(inProgress, 202);
  });

  app.get('/control/machine/:ref/backup', (c) => {
    const found = told(c, vmOf(c).hash);
    if (found === null) throw jsonError(404, 'No backup found for this VM');
    return found;
  });

  app.get('/control/machine/:ref/backup/:backup', (c) => {
    const { crn } = c.env;
    const hash = requireRef(c.req.param('ref'));
    const id = idIn(c, hash);
    requireSigned(crn, hash, id, new URL(c.req.url).searchParams);
    const backup = madeAs(crn, hash, id);
    const archive = archiveOf(backup);
    const total = Object.values(sourceSizes(backup)).reduce((sum, size) => sum + size, 0);
    return c.body(new Uint8Array(archive), 200, {
      'Content-Type': 'application/x-tar',
      'Content-Disposition': `attachment; filename="${id}.tar"`,
      'Content-Length': String(archive.length),
      'X-Backup-Checksum': checksumOf(archive),
      'X-Source-Size': String(total),
    });
  });

  app.delete('/control/machine/:ref/backup/:backup', (c) => {
    const { crn } = c.env;
    const { hash } = vmOf(c);
    const id = idIn(c, hash);
    madeAs(crn, hash, id);
    delete crn.state.backups[hash];
    return answer(c, `Deleted backup ${id}`);
  });
};
