import type { InputField } from '../contract/declare/input-fields.ts';
import { parseMib } from '../domain/money/mib.ts';
import { durationWords, formatDuration } from '../domain/text/duration.ts';
import { editDistance } from '../domain/text/edit-distance.ts';
import { isName } from '../domain/text/names.ts';

/** Words for units of time, as people type them, and what one of each is in seconds. */
const times: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(ond)?s?)?$/, 1],
  [/^m(in(ute)?s?)?$/, 60],
  // a number alone is taken for hours, which lifetimes mostly count
  [/^(h((ou)?rs?)?)?$/, 3600],
  [/^d(ays?)?$/, 86_400],
  [/^w(ee)?ks?$/, 604_800],
];

const duration = (text: string): string | null => {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?([a-z]*)$/i.exec(text);
  const unit = times.find(([words]) => words.test(match?.[2]?.toLowerCase() ?? '?'))?.[1];
  if (match === null || unit === undefined) return null;
  const seconds = Number(match[1]) * unit;
  return Number.isInteger(seconds) && seconds > 0 ? formatDuration(seconds) : null;
};

const size = (text: string): string | null => {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?([mgt])i?b?$/i.exec(text);
  if (match === null) return null;
  const right = `${match[1]}${match[2]!.toUpperCase()}iB`;
  return parseMib(right) === null ? null : right;
};

const amount = (text: string): string | null => {
  const match = /^(?:USD|US\$|\$)? ?(\d{1,12})(?:[.,](\d{1,6}))? ?(?:USD|\$|dollars?)?$/i.exec(text);
  // "1,500" is fifteen hundred to some, and one and a half to others
  if (match === null || /,\d{3}\b/.test(text)) return null;
  return match[2] === undefined ? match[1]! : `${match[1]}.${match[2]}`;
};

const name = (text: string): string | null => {
  const right = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return right.length <= 40 && right !== '' && isName(right) ? right : null;
};

/** What a wrong value almost certainly stands for, by what would be right; null where that is anybody's guess. It is shown and never used. */
export const correctedValue = (field: InputField, text: string, right: string): string | null => {
  const near = field.choices?.find((choice) => editDistance(text.toLowerCase(), choice.toLowerCase()) <= 2) ?? null;
  const guess = near ?? guessBy(field, right)?.(text) ?? null;
  return guess === text ? null : guess;
};

const guessBy = ({ unit }: InputField, right: string): ((text: string) => string | null) | null => {
  if (right === durationWords) return duration;
  if (unit === 'SIZE') return size;
  if (right.startsWith('an amount in USD')) return amount;
  return right.startsWith('a name of 1 to 40') ? name : null;
};
