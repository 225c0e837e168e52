import widthOf from 'string-width';

/**
 * How many columns any text takes, as the table itself counts them: colour codes none, signs of Chinese two. Only tables need it, which are
 * loaded where they are seen.
 */
export const wideColumnsOf = (text: string): number => widthOf(text);

/** The text in at most `width` columns, with `sign` where it was cut; colours that began in it end in it. */
export const cutText = (text: string, width: number, sign = '…'): string => {
  if (wideColumnsOf(text) <= width) return text;
  const mark = sign.slice(0, Math.max(1, width));
  let room = width - mark.length;
  let isCut = false;
  // colours stand between the signs, and take no room
  const parts = text.split(/(\u001b\[[0-9;]*m)/).map((part, place) => {
    if (place % 2 === 1) return part;
    let shown = '';
    for (const letter of isCut ? '' : part) {
      room -= wideColumnsOf(letter);
      isCut = room < 0;
      if (isCut) return shown + mark;
      shown += letter;
    }
    return shown;
  });
  return parts.join('');
};
