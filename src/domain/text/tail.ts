/** The last whole lines of a text that fit into `maxBytes` (UTF-8); where the last line alone is longer, its end. */
export const tailOf = (lines: readonly string[], maxBytes: number): { text: string; lines: number; truncated: boolean } => {
  const sizeOf = (text: string): number => new TextEncoder().encode(text).length;
  let bytes = 0;
  let from = lines.length;
  while (from > 0 && bytes + sizeOf(lines[from - 1]!) + 1 <= maxBytes) {
    from -= 1;
    bytes += sizeOf(lines[from]!) + 1;
  }
  const whole = lines.slice(from);
  const last = lines.at(-1);
  if (whole.length > 0 || last === undefined) return { text: whole.join('\n'), lines: whole.length, truncated: from > 0 };
  const characters = [...last];
  let cut = characters.length;
  for (let left = maxBytes; cut > 0 && left - sizeOf(characters[cut - 1]!) >= 0; cut -= 1) left -= sizeOf(characters[cut - 1]!);
  return { text: characters.slice(cut).join(''), lines: 1, truncated: true };
};
