import * as z from 'zod';
import type { Style } from '../declare/style.ts';

/** Input: a script for a new VM. Optional without a default, because approvals of earlier versions are bound to inputs without it. */
export const setupInput = z.string().min(1).optional().meta({ unit: 'FILE', explicit: true }).describe('Script to run once healthy');

/** Output: how the script ended; null: it has not run. Absent where none was given. */
export const setupOutput = z
  .object({
    exitCode: z.int(),
    untrustedOutput: z.string().nullable().describe('Its end; null where an earlier call ran it'),
    truncated: z.boolean(),
  })
  .nullable()
  .optional();

type SetupOutput = z.output<typeof setupOutput>;

export const toSetup = (outcome: { exitCode: number; output: string | null; truncated: boolean } | null): SetupOutput =>
  outcome === null ? null : { exitCode: outcome.exitCode, untrustedOutput: outcome.output, truncated: outcome.truncated };

/** For people: that the script ran, and the end of what it wrote. */
export const setupText = (setup: SetupOutput, style: Style): string[] => {
  if (setup == null) return [];
  const { exitCode, untrustedOutput } = setup;
  const earlier = untrustedOutput === null ? ', in an earlier call' : '';
  return [`The setup script ended with exit code ${exitCode}${earlier}.`, ...(untrustedOutput ? [style.fenced(untrustedOutput)] : [])];
};
