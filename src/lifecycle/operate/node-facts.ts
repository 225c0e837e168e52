import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { type Generation, generationOf } from '../../domain/nodes/node-generation.ts';
import type { ReadContext } from '../../ports/context.ts';

export interface NodeFacts {
  version: string | null;
  generation: Generation;
}

const answerMs = 2_000;

/** Asks a VM's node for its version; null where it does not tell. */
export const nodeFacts = async (context: Pick<ReadContext, 'cloud'>, vm: VmRecord): Promise<NodeFacts> => {
  const version = await (await context.cloud()).nodes.versionOf(vm.node, answerMs);
  return { version, generation: generationOf(version) };
};
