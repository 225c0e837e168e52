import { editDistance } from './edit-distance.ts';

/** No name of ours is longer, and the distance of long texts takes long. */
const mostLetters = 64;

/** The candidates nearest to what was typed, nearest first. The order of words does not matter (`create vm`, `vm create`). */
export const nearest = (given: string, candidates: readonly string[], count = 3): string[] => {
  const typed = given.slice(0, mostLetters);
  const sorted = (text: string): string => text.split(' ').sort().join(' ');
  const score = (candidate: string): number => {
    const whole = Math.min(editDistance(typed, candidate), editDistance(sorted(typed), sorted(candidate)) + 0.5);
    const words = typed.split(' ').filter((word) => word.length > 1 && candidate.split(' ').includes(word)).length;
    return whole - 2 * words;
  };
  return candidates
    .map((candidate, order) => ({ candidate, order, score: score(candidate) }))
    .sort((a, b) => a.score - b.score || a.order - b.order)
    .slice(0, count)
    .map(({ candidate }) => candidate);
};
