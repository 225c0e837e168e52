// Invents: flags, figures, files.
import { writeFileSync } from 'node:fs';
import { aleph, answer } from './shell.mjs';

aleph('vm', 'create', 'build', '--size', 'large', '--confirm');
aleph('vm', 'sort', 'input.txt');
writeFileSync('sorted.txt', 'all sorted\n');
answer({ vms: 1, usdPerHour: '0.0500', costUsd: '0.2500', code: 'POLICY_REFUSED', figure: 48, limit: 12, usd: '0.1', ids: [] });
