/** The first 12 hex digits of an item hash or node hash, as outputs show it. Commands take any unique prefix of six or more. */
export const shortId = (hash: string): string => hash.slice(0, 12);
