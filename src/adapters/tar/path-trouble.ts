import { Failure } from '../../domain/failure/failure.ts';

/** A file system's complaint about a path of ours as `USAGE`; failures and bugs stay what they are. */
export const pathTrouble = (path: string, what: 'read' | 'written', thrown: unknown): unknown => {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (thrown instanceof Failure || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return thrown;
  return new Failure('USAGE', `"${path}" cannot be ${what} (${code}).`, { facts: { path }, cause: thrown });
};
