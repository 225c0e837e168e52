const nameOf = (head: string): string | null => {
  const [, quoted, bare] = /^content-disposition:[^\r\n]*[;\s]name=(?:"([^"]*)"|([^;\s]+))/im.exec(head) ?? [];
  return quoted ?? bare ?? null;
};

/**
 * The parts of a form by name, as bytes whether they name a file or not: clients send files without a name, too, and what the platform reads
 * of those is text. Null for what is no form; of two parts with one name the last counts.
 */
export const parseMultipart = (body: Buffer, contentType: string): Map<string, Buffer> | null => {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const delimiter = `--${quoted ?? bare ?? ''}`;
  const parts = new Map<string, Buffer>();
  let at = delimiter === '--' ? -1 : body.indexOf(delimiter);
  while (at >= 0) {
    at += delimiter.length;
    if (body.toString('latin1', at, at + 2) === '--') return parts;
    const headEnd = body.indexOf('\r\n\r\n', at);
    const end = headEnd < 0 ? -1 : body.indexOf(`\r\n${delimiter}`, headEnd + 4);
    if (end < 0) return null;
    const name = nameOf(body.toString('utf8', at, headEnd));
    if (name !== null) parts.set(name, body.subarray(headEnd + 4, end));
    at = end + 2;
  }
  return null;
};
