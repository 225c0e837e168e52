import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { devnetPage } from './devnet/page.ts';

/** `npm run devnet-page`: writes docs/devnet.md from the table of the real servers' routes. */
writeFileSync(resolve(import.meta.dirname, '../docs/devnet.md'), devnetPage());
