import type { FailureCode } from '../../src/domain/failure/failure-codes.ts';
import type { Ended } from '../support/aleph-process.ts';
import type { DevnetWorld } from '../support/devnet/devnet-world.ts';

/** One way in which a command ends with one code. The cases of a list run in its order, in one world. */
export interface FailureCase {
  command: string;
  code: FailureCode;
  provoke(world: DevnetWorld): Promise<Ended>;
}

export const fails = (command: string, code: FailureCode, provoke: FailureCase['provoke']): FailureCase => ({ command, code, provoke });

/** A case that needs nothing but its line. */
export const line = (code: FailureCode, typed: string, words = 2): FailureCase =>
  fails(typed.split(' ').slice(0, words).join(' '), code, ({ run }) => run(`${typed} --json`));

/** A key of its own for a case, in use from now on. */
export const freshKey = async ({ must }: DevnetWorld, name: string, usd: string, policy?: string): Promise<void> => {
  await must(`keys create ${name} --unencrypted`);
  await must(`keys use ${name}`);
  await must(`devnet fund ${usd}`);
  if (policy !== undefined) await must(`policy set ${policy}`);
};

/** Runs `work` while something is broken. */
export const broken = async <Result>({ must }: DevnetWorld, faults: readonly string[], work: () => Promise<Result>): Promise<Result> => {
  for (const fault of faults) await must(`devnet fault ${fault}`);
  try {
    return await work();
  } finally {
    await must('devnet fault clear');
  }
};
