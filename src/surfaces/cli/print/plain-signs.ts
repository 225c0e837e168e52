/** The ASCII forms of signs that we print. */
const forms: Readonly<Record<string, string>> = { '…': '...', '·': '|', '→': '->', '–': '-', '’': "'", '“': '"', '”': '"' };

/** Text for a terminal whose locale knows ASCII only. A sign without an ASCII form becomes a question mark. */
export const plainSigns = (text: string): string => text.replace(/[^\0-\u007f]/gu, (sign) => forms[sign] ?? '?');

/** Does the locale use UTF-8, by LC_ALL, LC_CTYPE and LANG in this order? Without any the locale is POSIX's, which does not. */
export const speaksUtf8 = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  /utf-?8/i.test(environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '');
