import type { Described } from '../contract/declare/describe.ts';
import { Failure } from '../domain/failure/failure.ts';

/** The failure of giving an input that the command has no more; null where it never had one of this name. */
export const withdrawnInput = ({ withdrawn }: Described, key: string): Failure | null => {
  const found = Object.hasOwn(withdrawn, key) ? withdrawn[key] : undefined;
  return found === undefined ? null : new Failure(found.code, found.message);
};
