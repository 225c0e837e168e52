import { existsSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';

/** Nobody waits for a shell's completion. */
const patienceMs = 100;

/** Names of the VMs that are not gone, newest first. Opens for reading alone: nothing is created or migrated, and trouble is no names. */
export const vmNames = (path: string, network: string): { name: string; state: string }[] => {
  if (!existsSync(path)) return [];
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: patienceMs });
    try {
      const rows = database
        .prepare(
          "SELECT name, state FROM vms WHERE network = ? AND state NOT IN ('terminated', 'dormant') ORDER BY signedAt DESC LIMIT 200",
        )
        .all(network) as { name: string; state: string }[];
      return rows.map(({ name, state }) => ({ name, state }));
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
};
