/** What the plugin's options may say: whose work it is, and on which network. */
const known = ['network', 'account', 'payer', 'task'] as const;

/** The flags of each call that the plugin's options ask for. Throws for what is no option, because a misspelt account is another account. */
export const callFlags = (options: unknown): string[] => {
  if (options === undefined || options === null) return [];
  if (typeof options !== 'object' || Array.isArray(options))
    throw new Error(`aleph-agent: its options are an object with ${known.join(', ')}.`);
  return Object.entries(options).flatMap(([key, value]) => {
    const flag = known.find((name) => name === key);
    if (flag === undefined) throw new Error(`aleph-agent: "${key}" is no option of this plugin; there are ${known.join(', ')}.`);
    if (typeof value !== 'string' || value === '') throw new Error(`aleph-agent: the option ${key} is a text that is not empty.`);
    return [`--${flag}=${value}`];
  });
};
