import { digest } from './canonical-json.ts';

/** Inputs that say how to wait, repeat, consent or print, not what to do (conventions.md §5.1). */
const aside: ReadonlySet<string> = new Set(['wait', 'timeout', 'requestId', 'ifExists', 'approval', 'dryRun', 'yes', 'full', 'fields']);

/** SHA-256 of a command's normalised input without output, wait and consent flags. Request ids and approvals are bound to it. */
export const argumentsDigest = (command: string, input: Readonly<Record<string, unknown>>): string =>
  digest({ command, input: Object.fromEntries(Object.entries(input).filter(([key]) => !aside.has(key))) });
