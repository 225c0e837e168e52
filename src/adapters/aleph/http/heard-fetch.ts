type Fetch = typeof globalThis.fetch;

/** `fetch` that keeps who was asked and whether anybody answered, whatever was answered. */
export const heardFetch = (fetch: Fetch) => {
  const silent = new Set<string>();
  let isHeard = false;
  return {
    fetch: (async (input, init) => {
      try {
        const response = await fetch(input, init);
        isHeard = true;
        return response;
      } catch (thrown) {
        silent.add(new URL(input instanceof Request ? input.url : input).host);
        throw thrown;
      }
    }) as Fetch,
    /** The hosts that were asked and did not answer, where none did; none where one answered, or nobody was asked. */
    unheard: (): string[] => (isHeard ? [] : [...silent]),
  };
};
