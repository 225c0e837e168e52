const more = '/…';

/** A URL as it may be stored and shown: its origin. What follows may hold a key, so there stands only that something follows. */
export const toldUrl = (url: string): string => {
  const { origin, href } = new URL(url);
  return href === `${origin}/` ? origin : `${origin}${more}`;
};

/** Can it be asked as it is told? */
export const isWhole = (told: string): boolean => !told.endsWith(more);
