/**
 * The value that two different hosts give alike; null when all were asked and no two agree. Two are asked at once, further ones
 * only while that does not settle it: answers may be several MB. `answered` counts the hosts that gave anything.
 */
export const agreeing = async <Value>(
  hosts: readonly string[],
  read: (host: string) => Promise<Value | null>,
  print: (value: Value) => string,
): Promise<{ value: Value | null; answered: number }> => {
  const seen = new Set<string>();
  let answered = 0;
  const [one, two, ...others] = hosts;
  const groups = [[one, two].filter((host) => host !== undefined), ...others.map((host) => [host])];
  for (const group of groups) {
    for (const value of await Promise.all(group.map(read))) {
      if (value === null) continue;
      answered += 1;
      const mark = print(value);
      if (seen.has(mark)) return { value, answered };
      seen.add(mark);
    }
  }
  return { value: null, answered };
};
