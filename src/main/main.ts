import { readFileSync } from 'node:fs';
import { isJoined } from '../adapters/host/home.ts';
import { quickAnswer, type WrittenHelp } from '../surfaces/cli/parse/quick-answer.ts';
import { watchOutputs } from './watch-outputs.ts';

const written = (): WrittenHelp | null => {
  try {
    return JSON.parse(readFileSync(`${import.meta.dirname}/help.json`, 'utf8')) as WrittenHelp;
  } catch {
    return null;
  }
};

const quick = quickAnswer(process.argv.slice(2), process.env['ALEPH_AGENT_OUTPUT'], {
  written,
  isJoined: () => isJoined(process.env),
});
if (quick === null) {
  void import('./cli.ts').then(({ start }) => start());
} else {
  watchOutputs(process);
  process.stdout.write(quick);
}
