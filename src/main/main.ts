import { readFileSync } from 'node:fs';
import { quickAnswer, type WrittenHelp } from '../surfaces/cli/parse/quick-answer.ts';
import { watchOutputs } from './watch-outputs.ts';

const written = (): WrittenHelp | null => {
  try {
    return JSON.parse(readFileSync(`${import.meta.dirname}/help.json`, 'utf8')) as WrittenHelp;
  } catch {
    return null;
  }
};

const answer = (text: string): void => {
  watchOutputs(process);
  process.stdout.write(text);
};

const quick = quickAnswer(process.argv.slice(2), process.env['ALEPH_AGENT_OUTPUT'], written);
if (quick === null) {
  void import('./cli.ts').then(({ start }) => start());
} else if (quick.joined === null) {
  answer(quick.text);
} else {
  const { text, joined } = quick;
  // a user without a home has joined nothing
  const asked = import('../adapters/host/home.ts').then(({ isJoined }) => isJoined(process.env));
  void asked.catch(() => false).then((is) => answer(is ? joined : text));
}
