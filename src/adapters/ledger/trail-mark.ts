import type { Connection } from './connection.ts';

/** A row of the trail: what was found of the trail up to here holds as long as this row stands. */
export interface Mark {
  seq: number;
  hash: string;
}

export const stands = (connection: Connection, { seq, hash }: Mark): boolean =>
  connection.first('SELECT hash FROM effects WHERE seq = ?', [BigInt(seq)])?.['hash'] === hash;

export const newest = (connection: Connection): Mark | null => {
  const row = connection.first('SELECT seq, hash FROM effects ORDER BY seq DESC LIMIT 1');
  return row === null ? null : { seq: Number(row['seq']), hash: String(row['hash']) };
};

const kept = new WeakMap<Connection, Map<string, { mark: Mark; sum: unknown }>>();

/** Answers a question about the whole trail; asked again within a call, it looks at the rows after `after` alone, `before` being the answer up to there. */
export const sumOfTrail = <Sum>(connection: Connection, question: string, read: (after: bigint, before: Sum | null) => Sum): Sum => {
  const answers = kept.get(connection) ?? new Map<string, { mark: Mark; sum: unknown }>();
  kept.set(connection, answers);
  const known = answers.get(question);
  const before = known !== undefined && stands(connection, known.mark) ? known : null;
  const mark = newest(connection);
  if (before !== null && before.mark.hash === mark?.hash) return before.sum as Sum;
  const sum = read(BigInt(before?.mark.seq ?? 0), before === null ? null : (before.sum as Sum));
  if (mark !== null) answers.set(question, { mark, sum });
  return sum;
};
