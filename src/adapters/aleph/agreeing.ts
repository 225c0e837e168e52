/**
 * The value that two different hosts give alike, as soon as two do; null when all were asked and no two agree.
 * `answered` counts the hosts that gave anything.
 */
export const agreeing = async <Value>(
  hosts: readonly string[],
  read: (host: string) => Promise<Value | null>,
  print: (value: Value) => string,
): Promise<{ value: Value | null; answered: number }> => {
  const seen = new Set<string>();
  let answered = 0;
  return new Promise((resolve, reject) => {
    const all = hosts.map(async (host) => {
      const value = await read(host);
      if (value === null) return;
      answered += 1;
      const mark = print(value);
      if (seen.has(mark)) resolve({ value, answered });
      seen.add(mark);
    });
    Promise.all(all).then(() => resolve({ value: null, answered }), reject);
  });
};
