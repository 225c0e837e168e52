import { digest } from './canonical-json.ts';

/** Inputs that say how to wait, repeat, consent or print, not what to do (conventions.md §5.1). */
const aside: ReadonlySet<string> = new Set(['wait', 'timeout', 'requestId', 'ifExists', 'approval', 'dryRun', 'yes', 'full', 'fields']);

/**
 * Inputs under the name that they had in 0.1.0, because what was approved there is bound to it. `vm destroy --task` named both the caller
 * and the VMs then.
 */
const earlier: Readonly<Record<string, string>> = { ofTask: 'task' };

/** Inputs that a command had in 0.1.0 and has no more, as they were in all that could be approved there. */
const gone: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { 'vm create': { confidential: false } };

/** SHA-256 of a command's normalised input without output, wait and consent flags. Request ids and approvals are bound to it. */
export const argumentsDigest = (command: string, input: Readonly<Record<string, unknown>>): string =>
  digest({
    command,
    input: {
      ...gone[command],
      ...Object.fromEntries(Object.entries(input).flatMap(([key, value]) => (aside.has(key) ? [] : [[earlier[key] ?? key, value]]))),
    },
  });
