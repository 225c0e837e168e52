// Stands in an agent's PATH as `aleph-agent`: runs the program and keeps what went in and out. Called as: recorder BINARY LOG ARGUMENTS...
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [binary, log, ...argv] = process.argv.slice(2);
const child = spawn(process.execPath, [binary, ...argv], { stdio: 'pipe' });
const kept = { stdin: '', stdout: '', stderr: '' };
process.stdin.on('data', (chunk) => {
  kept.stdin += chunk;
  child.stdin.write(chunk);
});
process.stdin.on('end', () => child.stdin.end());
// the program may end before it has read everything
child.stdin.on('error', () => undefined);
for (const stream of ['stdout', 'stderr']) {
  child[stream].on('data', (chunk) => {
    kept[stream] += chunk;
    process[stream].write(chunk);
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (exit, signal) => {
  appendFileSync(log, `${JSON.stringify({ argv, exit, signal, ...kept })}\n`);
  process.exit(exit ?? 1);
});
