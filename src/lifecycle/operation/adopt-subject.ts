import { Failure } from '../../domain/failure/failure.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** One VM that is to be ours. JSON: it is stored with the operation and with an approval. */
export interface AdoptSubject {
  account: string;
  vm: string;
  /** What it is to be called; null: its label, or a name that is made up. */
  name: string | null;
  /** Its life from the adoption on, where no expiry is on public record; null where one is. */
  ttlSeconds: number | null;
  argumentsDigest: string;
}

export const readAdoptSubject = (stored: unknown): AdoptSubject => {
  const subject = (stored as { subject?: AdoptSubject } | null)?.subject;
  if (typeof subject?.vm !== 'string') throw new Failure('LEDGER_UNREADABLE', 'The plan stored with this adoption cannot be read.');
  return subject;
};

/** The adoption of this VM whose process is at it, or died at it; the newest, where there are several. */
export const adoptionUnderWay = (
  ledger: Pick<LedgerReader, 'operations'>,
  { account, network, vm }: { account: string; network: string; vm: string },
): { operation: string; name: string | null } | null => {
  const running = ledger.operations({ account, network, kind: 'adopt', state: 'running' });
  const found = running.filter(({ plan }) => readAdoptSubject(plan).vm === vm).at(-1);
  return found === undefined ? null : { operation: found.id, name: readAdoptSubject(found.plan).name };
};
