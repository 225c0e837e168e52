import type { InputField } from '../contract/declare/input-fields.ts';
import { parseMib } from '../domain/money/mib.ts';
import { durationWords, formatDuration } from '../domain/text/duration.ts';
import { editDistance } from '../domain/text/edit-distance.ts';
import { isName } from '../domain/text/names.ts';

/** Words for units of time, as people type them, and what one of each is in seconds. */
const times: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(ond)?s?)?$/, 1],
  [/^m(in(ute)?s?)?$/, 60],
  [/^h((ou)?rs?)?$/, 3600],
  [/^d(ays?)?$/, 86_400],
  [/^w(ee)?ks?$/, 604_800],
];

/** So many at most are hours where no unit is given. */
const mostHours = 24;

const duration = (text: string): string | null => {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?([a-z]*)$/i.exec(text);
  // a small number alone is taken for hours, which lifetimes mostly count; a large one may be minutes
  if (match?.[2] === '') return Number(match[1]) <= mostHours ? duration(`${match[1]}h`) : null;
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

/**
 * What a wrong value almost certainly stands for, by what would be right; null where that is anybody's guess. It is shown and never used.
 */
export const correctedValue = (field: InputField, text: string, right: string): string | null => {
  const guess = nearestChoice(field.choices ?? [], text) ?? guessBy(field, right)?.(text) ?? null;
  return guess === text ? null : guess;
};

/** The one choice that is nearest, where most of its letters are right: of words of two letters any is near to any. */
const nearestChoice = (choices: readonly string[], text: string): string | null => {
  const near = choices
    .map((choice) => ({ choice, distance: editDistance(text.toLowerCase(), choice.toLowerCase()) }))
    .filter(({ choice, distance }) => distance <= Math.min(2, (choice.length - 1) / 2))
    .sort((a, b) => a.distance - b.distance);
  const [first, second] = near;
  return first === undefined || first.distance === second?.distance ? null : first.choice;
};

const guessBy = ({ unit }: InputField, right: string): ((text: string) => string | null) | null => {
  if (right === durationWords) return duration;
  if (unit === 'SIZE') return size;
  if (right.startsWith('an amount in USD')) return amount;
  return right.startsWith('a name of 1 to 40') ? name : null;
};
