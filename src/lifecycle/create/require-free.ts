import { Failure } from '../../domain/failure/failure.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { ownOf } from '../caller/callers-rows.ts';
import { liveNamesake } from '../caller/live-namesake.ts';

/**
 * Throws unless the create is the only one: `NAME_TAKEN` where a live VM has this name, `POSSIBLE_DUPLICATE` where an identical create
 * without a request id is under way.
 */
export const requireFree = (
  ledger: Pick<LedgerReader, 'vms' | 'vmNamed' | 'operations'>,
  context: Pick<ReadContext, 'network' | 'caller'>,
  subject: Pick<ProvisionSubject, 'account' | 'name' | 'requestId' | 'argumentsDigest'>,
): void => {
  const running = ledger.operations({
    account: subject.account,
    network: context.network,
    ...ownOf(context),
    kind: 'create',
    state: 'running',
  });
  const twin =
    subject.requestId === null
      ? running.find((operation) => operation.requestId === null && operation.argumentsDigest === subject.argumentsDigest)
      : undefined;
  if (twin !== undefined) {
    const vm = ledger.vms({ operation: twin.id })[0];
    const otherwise = 'Wait for that one, or give each call a --request-id or a name of its own.';
    throw new Failure('POSSIBLE_DUPLICATE', `An identical create is under way (operation ${twin.id}).`, {
      fix: vm === undefined ? agent(otherwise) : agent(otherwise, 'vm wait', vm.name),
      facts: { operation: twin.id, ...(vm === undefined ? {} : { id: shortId(vm.id), name: vm.name }) },
    });
  }
  const namesake = liveNamesake(ledger, context, subject.name);
  if (namesake !== null) {
    throw new Failure('NAME_TAKEN', `VM ${shortId(namesake.id)} is alive under the name ${subject.name}.`, {
      fix: agent('Take another name, or --if-exists return.', 'vm show', subject.name),
      facts: { id: shortId(namesake.id), name: subject.name },
    });
  }
};
