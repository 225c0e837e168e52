/**
 * Makes other people's text safe to show: removes terminal escape sequences, control characters (except tab and newline), bidirectional
 * marks, zero-width and other invisible format characters. Idempotent.
 */
export const cleanUntrusted = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replace(escapeSequences, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .replace(/[\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');

/** Makes other people's text safe to show on one line, for names. */
export const cleanUntrustedLine = (text: string): string => cleanUntrusted(text).replace(/\s+/g, ' ').trim();

/** Matches OSC, DCS, SOS, PM and APC up to their terminator, then CSI, then any other two-byte escape. */
const escapeSequences =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

/** Cleans every string under a key that starts with `untrusted`, at any depth. Other values stay as they are. */
export const cleanUntrustedFields = (value: unknown, inside = false): unknown => {
  if (typeof value === 'string') return inside ? cleanUntrusted(value) : value;
  if (Array.isArray(value)) return value.map((item) => cleanUntrustedFields(item, inside));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, cleanUntrustedFields(member, inside || key.startsWith('untrusted'))]),
  );
};
