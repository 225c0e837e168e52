import { Buffer } from 'node:buffer';

/** `LENGTH KEY=VALUE\n`, where the length counts itself (POSIX pax extended header). */
export const writePax = (records: Readonly<Record<string, string>>): Uint8Array =>
  Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      const bytes = Buffer.byteLength(rest);
      let length = bytes + 1;
      while (length !== bytes + String(length).length) length = bytes + String(length).length;
      return Buffer.from(`${length}${rest}`);
    }),
  );

/** null for what is no list of records. */
export const readPax = (bytes: Uint8Array): Record<string, string> | null => {
  const whole = Buffer.from(bytes);
  const records: Record<string, string> = {};
  let at = 0;
  while (at < whole.length && whole[at] !== 0) {
    const space = whole.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(whole.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= space - at || at + length > whole.length) return null;
    const [, key, value] = /^([^=]+)=([\s\S]*)\n$/.exec(whole.toString('utf8', space + 1, at + length)) ?? [];
    if (key === undefined || value === undefined) return null;
    records[key] = value;
    at += length;
  }
  return records;
};
