import widthOf from 'fast-string-truncated-width';

const colours = /\u001b\[[0-9;]*m/g;

/** A text without its colours. */
export const plainText = (text: string): string => text.replace(colours, '');

/** How many columns a text takes; colour codes take none, signs of Chinese two. */
export const columnsOf = (text: string): number => widthOf(text).width;

/** The text in at most `width` columns, with "…" where it was cut; colours that began in it end in it. */
export const cutText = (text: string, width: number): string => {
  if (columnsOf(text) <= width) return text;
  let room = width - 1;
  let isCut = false;
  // colours stand between the signs, and take no room
  const parts = text.split(/(\u001b\[[0-9;]*m)/).map((part, place) => {
    if (place % 2 === 1) return part;
    let shown = '';
    for (const sign of isCut ? '' : part) {
      room -= columnsOf(sign);
      isCut = room < 0;
      if (isCut) return `${shown}…`;
      shown += sign;
    }
    return shown;
  });
  return parts.join('');
};

/** Words in lines of at most `width` columns (0: one line). A longer word stays whole. */
const linesOf = (text: string, width: number): string[] => {
  if (width <= 0 || columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Breaks text between words for a terminal of `width` columns; 0 leaves it unchanged. */
export const wrapText = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) => linesOf(line, width).join('\n'))
    .join('\n');

/** Breaks text that begins `indent` columns in; its further lines are indented as far. */
export const hangText = (text: string, width: number, indent: number): string =>
  text
    .split('\n')
    .flatMap((line) => linesOf(line, width <= indent ? 0 : width - indent))
    .join(`\n${' '.repeat(indent)}`);
