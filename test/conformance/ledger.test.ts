import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openLedger, openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { describeLedger } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-ledger-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

describeLedger('memory', (now) => openMemoryLedger({ now }));
describeLedger('file', (now) => openLedger({ path: join(folder, `${files++}`, 'ledger.db'), now }));
