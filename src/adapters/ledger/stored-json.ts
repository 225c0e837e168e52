/** JSON that keeps bigints: `{"$bigint":"12"}`. Decimals become strings, undefined members go. */
export const toStoredJson = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? { $bigint: member.toString() } : member));

const isBigint = (value: unknown): value is { $bigint: string } =>
  typeof value === 'object' && value !== null && '$bigint' in value && typeof value.$bigint === 'string' && Object.keys(value).length === 1;

/** Looking at every member costs ten times the parsing, and most rows have no bigint. */
export const fromStoredJson = (text: string): unknown =>
  text.includes('"$bigint"')
    ? JSON.parse(text, (_, member: unknown) => (isBigint(member) ? BigInt(member.$bigint) : member))
    : JSON.parse(text);
