import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { type Generation, generationOf } from '../../domain/nodes/node-generation.ts';
import type { ReadContext } from '../../ports/context.ts';

export interface NodeFacts {
  version: string | null;
  generation: Generation;
}

const probeLimitMs = 2_000;

/** Asks a VM's node for its version; null where it does not tell. */
export const nodeFacts = async (context: Pick<ReadContext, 'cloud'>, vm: VmRecord): Promise<NodeFacts> => {
  const [probe] = await (await context.cloud()).nodes.probe([vm.node], probeLimitMs);
  const version = probe?.version ?? null;
  return { version, generation: generationOf(version) };
};
