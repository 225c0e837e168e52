import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Misrecorded } from '../trail/misrecorded.ts';

/** Warns of VMs that run and cost credits although their rows say otherwise: somebody edited the ledger, or gave a VM up that came alive. */
export const warnOfMisrecorded = ({ warn }: Pick<ReadContext, 'warn'>, found: readonly Misrecorded[]): void => {
  for (const { vm, says } of found) {
    warn(
      'ROW_CONTRADICTED',
      `The network lists VM ${vm.name} as live, and ${says}: it costs credits. Put it right: "${commandLine('gc', { execute: true })}".`,
    );
  }
};
