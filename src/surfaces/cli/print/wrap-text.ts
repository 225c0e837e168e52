const colours = /\u001b\[[0-9;]*m/g;

/** How many columns it takes. */
export const columnsOf = (text: string): number => text.replace(colours, '').length;

/** Words in lines of at most `width` columns (0: one line). A word that is too long stays whole. */
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

/** Broken between words for a terminal of `width` columns; 0 leaves it as it is. */
export const wrapText = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) => linesOf(line, width).join('\n'))
    .join('\n');

/** The same for text that begins `indent` columns in: its further lines do, too. */
export const hangText = (text: string, width: number, indent: number): string =>
  text
    .split('\n')
    .flatMap((line) => linesOf(line, width <= indent ? 0 : width - indent))
    .join(`\n${' '.repeat(indent)}`);
