import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { operationRow, start } from '../../conformance/ledger-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-processes-'));
const script = join(folder, 'writer-process.mjs');

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

const run = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
  });

const opened = (path: string) => openLedger({ path, now: () => start });

beforeAll(async () => {
  const sqlite = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  await build({
    entryPoints: [join(import.meta.dirname, 'writer-process.ts')],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: { '@photostructure/sqlite': sqlite },
    external: [sqlite],
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('many processes on one ledger', () => {
  it('XA-01 XA-09 XC-01 W-042 W-156: fifty open a fresh file at once, all are recorded, and no more than three get a slot', async () => {
    const path = join(folder, 'fresh', 'ledger.db');
    const ended = await Promise.all(Array.from({ length: 50 }, (_, index) => run(path, `${index + 1}`, '3')));
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
    expect(ended.map(({ stdout }) => stdout).sort()).toEqual([...Array(3).fill('held'), ...Array(47).fill('refused')]);
    const ledger = opened(path);
    expect(ledger.vms()).toHaveLength(3);
    expect(ledger.operations()).toHaveLength(50);
    expect(ledger.effects()).toHaveLength(50);
    expect(ledger.firstBrokenLink()).toBeNull();
    ledger.close();
  });

  it('XA-01: who opens a file that another one is making waits until that one is done', () => {
    const path = join(folder, 'making.db');
    const maker = new DatabaseSync(path);
    maker.exec('BEGIN IMMEDIATE');
    const wait = vi.spyOn(Atomics, 'wait').mockImplementationOnce(() => {
      maker.exec('COMMIT');
      return 'timed-out';
    });
    const ledger = opened(path);
    ledger.write('create.hold', (transaction) => transaction.insertOperation(operationRow({ id: 'op_1' })));
    expect(wait).toHaveBeenCalledOnce();
    expect(ledger.operations()).toHaveLength(1);
    ledger.close();
    maker.close();
    wait.mockRestore();
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('XA-04: killed just %s a write, %i of it is there, and the next process goes on', async (when, rows) => {
    const path = join(folder, when, 'ledger.db');
    expect(await run(path, '1', '3', when)).toMatchObject({ signal: 'SIGKILL' });
    expect(opened(path).vms()).toHaveLength(rows);
    expect(await run(path, '2', '3')).toMatchObject({ code: 0, stdout: 'held' });
    const ledger = opened(path);
    expect(ledger.vms()).toHaveLength(rows + 1);
    expect(ledger.firstBrokenLink()).toBeNull();
    ledger.close();
  });
});
