import { Failure } from '../failure/failure.ts';

/** A word of a command in a systemd unit, where `%` and `$` mean something, quotes and backslashes too. `USAGE` for one with a line break. */
export const commandWord = (word: string): string => {
  if (/[\n\r\0]/.test(word)) throw new Failure('USAGE', 'A path with a line break cannot stand in a unit.');
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
};

/** A quoted value of a setting in a systemd unit, where `$` means nothing. */
export const settingWord = (word: string): string => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;

/** Text between two tags of a property list of launchd. */
export const plistWord = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const plistText = (text: string): string => `<string>${plistWord(text)}</string>`;
