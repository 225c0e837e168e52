import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of this test's own, gone with it. */
export const temporaryHome = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
