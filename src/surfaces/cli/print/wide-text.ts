import widthOf from 'string-width';

/**
 * How many columns any text takes, as the table itself counts them: colour codes none, signs of Chinese two. Only tables need it, which are
 * loaded where they are seen.
 */
export const wideColumnsOf = (text: string): number => widthOf(text);

/** The text in at most `width` columns, with "…" where it was cut; colours that began in it end in it. */
export const cutText = (text: string, width: number): string => {
  if (wideColumnsOf(text) <= width) return text;
  let room = width - 1;
  let isCut = false;
  // colours stand between the signs, and take no room
  const parts = text.split(/(\u001b\[[0-9;]*m)/).map((part, place) => {
    if (place % 2 === 1) return part;
    let shown = '';
    for (const sign of isCut ? '' : part) {
      room -= wideColumnsOf(sign);
      isCut = room < 0;
      if (isCut) return `${shown}…`;
      shown += sign;
    }
    return shown;
  });
  return parts.join('');
};
