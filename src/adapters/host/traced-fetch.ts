type Fetch = typeof globalThis.fetch;

/**
 * `fetch` that tells of every request once it has ended: what, to where, status, how long, how much. Never headers or bodies. `hostOnly`:
 * what stands after the host may be a password, as it is with EVM nodes and price services.
 */
export const tracedFetch = (fetch: Fetch, { trace, hostOnly }: { trace(line: string): void; hostOnly: boolean }): Fetch => {
  const where = hostOnly ? originOf : withoutSecrets;
  let count = 0;
  const tries = new Map<string, number>();
  return async (input, init) => {
    count += 1;
    const what = `${input instanceof Request ? input.method : (init?.method ?? 'GET')} ${where(input instanceof Request ? input.url : String(input))}`;
    const nth = (tries.get(what) ?? 0) + 1;
    tries.set(what, nth);
    const line = `request ${count}${nth === 1 ? '' : ` (try ${nth})`}: ${what}`;
    const sent = typeof init?.body === 'string' ? ` sent ${Buffer.byteLength(init.body)} B` : '';
    const start = performance.now();
    const tell = (outcome: string): void => trace(`${line}${sent} ${outcome} ${Math.round(performance.now() - start)} ms`);
    try {
      const response = await fetch(input, init);
      return counted(response, (bytes, whole) => tell(`${response.status} ${bytes} B${whole ? '' : ' (cut off)'}`));
    } catch (thrown) {
      tell(`no answer (${causeOf(thrown)})`);
      throw thrown;
    }
  };
};

/** The same answer, with its end told: all of it, or as much as was taken. */
const counted = (response: Response, ended: (bytes: number, whole: boolean) => void): Response => {
  if (response.body === null) {
    ended(0, true);
    return response;
  }
  const reader = response.body.getReader();
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          bytes += value.byteLength;
          return controller.enqueue(value);
        }
        ended(bytes, true);
        controller.close();
      } catch (thrown) {
        ended(bytes, false);
        controller.error(thrown);
      }
    },
    cancel(reason) {
      ended(bytes, false);
      return reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, statusText: response.statusText, headers: new Headers([...response.headers]) });
};

const causeOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'unknown reason';
};

/** Signatures have 130 hex digits; hashes and addresses, which one looks for in a trace, fewer. */
const signatureLike = /(?:0x)?[0-9a-f]{120,}/gi;
const secretName = /sig|token|auth|key|pass|secret/i;

const originOf = (text: string): string => (URL.canParse(text) ? new URL(text).origin : 'what is no URL');

const withoutSecrets = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'what is no URL';
  const query = [...url.searchParams].map(([name, value]) => `${name}=${secretName.test(name) ? '(hidden)' : value}`).join('&');
  return `${url.origin}${url.pathname}${query === '' ? '' : `?${query}`}`.replace(signatureLike, '(hidden)');
};
