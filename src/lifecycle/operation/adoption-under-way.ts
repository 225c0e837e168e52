import { adoptionOf } from '../../domain/plan/operation-plan.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Returns the newest running adoption of this VM: another process is working on it, or died at it. null where there is none. */
export const adoptionUnderWay = (
  ledger: Pick<LedgerReader, 'operations'>,
  { account, network, vm }: { account: string; network: string; vm: string },
): { operation: string; name: string | null } | null => {
  const running = ledger.operations({ account, network, kind: 'adopt', state: 'running' });
  const found = running.map((operation) => ({ id: operation.id, ...adoptionOf(operation).subject })).findLast((one) => one.vm === vm);
  return found === undefined ? null : { operation: found.id, name: found.name };
};
