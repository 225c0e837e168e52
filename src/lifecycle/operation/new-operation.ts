import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { OperationKind, OperationOf, OperationPlans } from '../../domain/plan/operation-plan.ts';
import { operationId } from '../../domain/text/ids.ts';
import type { ChangeContext } from '../../ports/context.ts';

type Asked = Pick<OperationRecord, 'account' | 'task' | 'requestId' | 'argumentsDigest' | 'approval'>;

/** Makes the record of an operation that begins now, with the plan from which another process can go on. */
export const newOperation = <Kind extends OperationKind>(
  context: Pick<ChangeContext, 'network' | 'clock' | 'random' | 'caller'>,
  kind: Kind,
  plan: OperationPlans[Kind],
  { account, task, requestId, argumentsDigest, approval }: Asked,
): OperationOf<Kind> => ({
  id: operationId(context.random.bytes(5)),
  kind,
  network: context.network,
  account,
  agent: context.caller.agent,
  task,
  requestId,
  argumentsDigest,
  state: 'running',
  plan,
  approval,
  startedAt: context.clock.now(),
  endedAt: null,
  failure: null,
  breaker: false,
});
