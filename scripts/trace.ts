import { measure } from './trace/measure.ts';
import { traceCall } from './trace/trace-call.ts';

/**
 * `npm run trace -- [--list] [--json] vm create ci --ttl 2h`: which files of src/ a call enters, on a devnet of its own. Lines parted by
 * `then` run one after the other; the last one is traced: `vm create ci --ttl 2h then vm destroy ci`.
 */
const given = process.argv.slice(2);
const ours = given.findIndex((word) => word !== '--list' && word !== '--json');
if (ours === -1) {
  process.stderr.write('Give a command line to trace, like: npm run trace -- --list vm create ci --ttl 2h\n');
  process.exit(2);
}
const options = given.slice(0, ours);
const words = given.slice(ours);
const lines = words
  .join('\n')
  .split('\nthen\n')
  .map((line) => line.split('\n'));

const { exit, output, entries } = await traceCall(...lines);
const { files, folders, ...counts } = measure(entries);
const write = (text: string): void => void process.stdout.write(`${text}\n`);

if (options.includes('--json')) {
  write(JSON.stringify({ exit, ...counts, files, folders }));
} else {
  write(output);
  const widest = Math.max(...folders.map(({ folder }) => folder.length));
  for (const { folder, files: count } of folders) write(`${folder.padEnd(widest)} ${String(count).padStart(4)}`);
  write('');
  if (options.includes('--list'))
    for (const [index, { file, name }] of files.entries()) write(`${String(index + 1).padStart(4)}  ${file}  ${name}`);
  write(
    `${files.length} files, ${counts.entries} entries, ${counts.switches} switches, ${counts.returns} returns, ${counts.ways} ways, ${counts.stretch} new files in a row at most`,
  );
}
process.exitCode = exit;
