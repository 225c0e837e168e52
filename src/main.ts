import { readFileSync } from 'node:fs';
import { quickAnswer, type WrittenHelp } from './surfaces/cli/quick-answer.ts';

const written = (): WrittenHelp | null => {
  try {
    return JSON.parse(readFileSync(new URL('./help.json', import.meta.url), 'utf8')) as WrittenHelp;
  } catch {
    return null;
  }
};

const quick = quickAnswer(process.argv.slice(2), process.env['ALEPH_AGENT_OUTPUT'], written);
if (quick === null) {
  const { start } = await import('./main-cli.ts');
  await start();
} else {
  process.stdout.on('error', () => {});
  process.stdout.write(quick);
}
