/** An item hash or node hash as people and answers have it: its first 12 hex digits. Commands take any unique prefix of six or more. */
export const shortId = (hash: string): string => hash.slice(0, 12);
