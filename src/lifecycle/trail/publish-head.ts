import { Failure } from '../../domain/failure/failure.ts';
import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { signerFor } from '../operation/signer-for.ts';
import { governanceOf } from '../policy/governance-of.ts';
import { prepareSignatures } from '../policy/policy-history.ts';

/** A call waits for the hosts' answers to a head no longer than this. */
export const publishLimitMs = 15_000;

/** Publishes a marked head in the account's own aggregate, at all hosts at once. Returns why no host took it in time; null where one did. */
export const publishHead = async (context: ChangeContext, row: HeadRecord, timeoutMs: number): Promise<string | null> => {
  try {
    const [ledger, cloud, signer] = await Promise.all([
      context.ledger(),
      context.cloud(),
      signerFor(context, row.account),
      prepareSignatures(context),
    ]);
    const message = await cloud.signing.head({ ...row, governance: governanceOf(ledger, row, context) }, signer);
    const { status } = await context.effect('ledger.publish', () =>
      cloud.messages.publishEverywhere(message, { timeoutMs, signal: context.signal }),
    );
    return status === 'processed' ? null : `the network has it as ${status}`;
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    return problem.message;
  }
};
