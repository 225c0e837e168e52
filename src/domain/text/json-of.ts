/** What a text says in JSON; undefined for what is none. A parser's message is passed on nowhere, because it would quote the text. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
