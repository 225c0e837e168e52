import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { registry } from '../src/commands/index.ts';
import type { AnyCommand } from '../src/contract/declare/command.ts';
import { exitCodesPage, troubleshootingPage } from './pages/failure-pages.ts';

/** `npm run pages`: writes the pages of docs/ that say what each exit code and failure means. */
const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default as AnyCommand));
const docs = resolve(import.meta.dirname, '../docs');
writeFileSync(resolve(docs, 'exit-codes.md'), exitCodesPage());
writeFileSync(resolve(docs, 'troubleshooting.md'), troubleshootingPage(commands));
