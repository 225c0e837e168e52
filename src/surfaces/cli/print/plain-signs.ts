/** Signs of ours that have a plain form. */
const forms: Readonly<Record<string, string>> = { '…': '...', '→': '->', '–': '-', '’': "'", '“': '"', '”': '"' };

/** For a terminal whose locale knows ASCII only: what it cannot show is a question mark, never a torn line. */
export const plainSigns = (text: string): string => text.replace(/[^\0-\u007f]/gu, (sign) => forms[sign] ?? '?');

/** LC_ALL, LC_CTYPE and LANG in this order; without any the locale is POSIX's. */
export const speaksUtf8 = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  /utf-?8/i.test(environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '');
