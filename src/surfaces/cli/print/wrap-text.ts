const colours = /\u001b\[[0-9;]*m/g;

/** A text without its colours. */
export const plainText = (text: string): string => text.replace(colours, '');

/** How many columns a text of ours takes; colour codes take none. */
export const columnsOf = (text: string): number => plainText(text).length;

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
