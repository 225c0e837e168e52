/** A string or a number of JSON text. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Numbers as they were written: strings get an `s` in front, numbers become strings with an `n`. */
const marked = (text: string): string => text.replace(token, (part) => (part.startsWith('"') ? `"s${part.slice(1)}` : `"n${part}"`));

const write = (value: unknown): string => {
  if (typeof value === 'string') return value.startsWith('n') ? value.slice(1) : JSON.stringify(value.slice(1));
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key.slice(1))}:${write(item)}`).join(',')}}`;
};

/** JSON as the server writes it before it hashes it: names in order, no spaces. Throws for what is no JSON. */
export const canonicalJson = (text: string): string => {
  JSON.parse(text);
  return write(JSON.parse(marked(text)));
};
