import fc from 'fast-check';
import { nastyJson, nastyText } from './nasty.ts';

const times = (text: string, count: number): string => text.repeat(Math.max(0, count));

/** Texts that are nearly JSON, or JSON that nobody should have sent. */
const oddBodies = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    '[]',
    '{}',
    '<html>502 Bad Gateway</html>',
    'NaN',
    '{"a":NaN}',
    '{"balance":1e999}',
    '"',
    '\u0000',
    '\ufeff{}',
  ),
  fc.constantFrom(
    '{"status":"processed","status":"forgotten"}',
    '{"balance":1,"balance":2}',
    times('[', 20_000),
    times('{"a":', 5000) + times('}', 5000),
  ),
  nastyText,
  nastyJson.map((value) => JSON.stringify(value) ?? 'null'),
);

const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(201, 202, 400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 422, 429, 500, 502, 503, 504, 507, 599),
  },
);

const headers = fc.dictionary(
  fc.constantFrom('content-type', 'retry-after', 'date', 'content-length', 'x-pagination', 'server'),
  fc.constantFrom(
    'application/json',
    'text/html; charset=utf-16',
    'application/octet-stream',
    '0',
    '-1',
    '1e9',
    '99999999999',
    'NaN',
    'never',
    'Fri, 20 Nov 2026 12:00:00 GMT',
    'Mon, 01 Jan 0001 00:00:00 GMT',
  ),
  { maxKeys: 2 },
);

/** One member, or one item, of a JSON document that is otherwise as it was recorded, is something else: or gone. */
export const spoilt = (document: unknown, way: readonly number[], into: unknown): unknown => {
  const [step = 0, ...further] = way;
  if (Array.isArray(document) && document.length > 0) {
    const at = step % document.length;
    return way.length <= 1 ? document.toSpliced(at, 1, into) : document.with(at, spoilt(document[at], further, into));
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return into;
  const keys = Object.keys(document);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return into;
  const rest = document as Record<string, unknown>;
  if (way.length > 1) return { ...rest, [key]: spoilt(rest[key], further, into) };
  if (into === undefined) return Object.fromEntries(Object.entries(rest).filter(([name]) => name !== key));
  return { ...rest, [key]: into };
};

/** What becomes of a true answer on its way to us. */
export type Mischief =
  | { kind: 'none' }
  | { kind: 'spoilt'; way: number[]; into?: unknown }
  | { kind: 'truncated'; at: number }
  | { kind: 'other'; status: number; headers: Record<string, string>; body: string; ends: Ending };

/** `cut`: the connection drops within the body. `endless`: it never ends. `refused`: there is none. `redirect`: elsewhere. */
type Ending = 'well' | 'cut' | 'endless' | 'slow' | 'refused' | 'redirect';

const ways = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 7 });

export const mischiefs: fc.Arbitrary<Mischief> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Mischief>({ kind: 'none' }) },
  {
    weight: 6,
    arbitrary: ways.chain((way) =>
      fc.option(nastyJson, { nil: undefined, freq: 6 }).map((into): Mischief => ({ kind: 'spoilt', way, into })),
    ),
  },
  { weight: 1, arbitrary: fc.nat().map((at): Mischief => ({ kind: 'truncated', at })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('other' as const),
      status: statuses,
      headers,
      body: oddBodies,
      ends: fc.oneof(
        { weight: 20, arbitrary: fc.constant<Ending>('well') },
        { weight: 1, arbitrary: fc.constantFrom<Ending>('cut', 'endless', 'slow', 'refused', 'redirect') },
      ),
    }),
  },
);

export interface TrueAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const chunk = new Uint8Array(256 * 1024).fill(0x20);

/** The answer as fetch gives it. What is endless comes as fast as it is read, as a gigabyte would. */
export const mischievous = (mischief: Mischief, { status, headers: given, body }: TrueAnswer): Response => {
  if (mischief.kind === 'none') return new Response(body, { status, headers: given });
  if (mischief.kind === 'truncated') return new Response(body.slice(0, mischief.at % (body.length + 1)), { status, headers: given });
  if (mischief.kind === 'spoilt') return new Response(spoiltBody(body, mischief), { status, headers: given });
  return otherwise(mischief);
};

const spoiltBody = (body: string, { way, into }: { way: readonly number[]; into?: unknown }): string => {
  try {
    return JSON.stringify(spoilt(JSON.parse(body), way, into)) ?? 'null';
  } catch {
    return JSON.stringify(into) ?? '';
  }
};

const otherwise = ({ status, headers: given, body, ends }: Extract<Mischief, { kind: 'other' }>): Response => {
  if (ends === 'refused') throw new TypeError('fetch failed');
  if (ends === 'redirect') throw new TypeError('unexpected redirect');
  if (ends === 'well') return new Response(body, { status, headers: given });
  const bytes = new TextEncoder().encode(body);
  let first = true;
  return new Response(
    new ReadableStream({
      pull(stream) {
        if (first) stream.enqueue(bytes);
        else if (ends === 'endless') stream.enqueue(chunk.slice());
        else if (ends === 'cut') stream.error(new TypeError('terminated'));
        else stream.close();
        first = false;
      },
    }),
    { status, headers: given },
  );
};
