const through = new WeakSet<object>();

/** Freezes a value with all that is in it, so that what is found of it once is known for as long as anybody has it. */
export const frozen = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null || through.has(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  Object.freeze(value);
  through.add(value);
  return value;
};

/** Was it frozen by `frozen`? One that somebody else froze may change within. */
export const isFrozen = (value: unknown): value is object => typeof value === 'object' && value !== null && through.has(value);
