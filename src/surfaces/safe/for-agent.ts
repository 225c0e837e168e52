import type { AnsweredDocument } from '../../contract/declare/door.ts';
import { isDoneByAgentsSide, mayCall } from '../../contract/declare/wire.ts';
import type { Fix } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { Admitted } from '../../lifecycle/agents/join.ts';

/** The command that a line calls, by the longest name that it begins with; null where it calls none. */
const calledBy = (line: string, names: readonly string[]): string | null => {
  const called = `${line.slice(line.indexOf(' ') + 1)} `;
  const fitting = names.filter((name) => called.startsWith(`${name} `));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
};

/**
 * The document as it is for this agent: no hint names a command that it may not call, but for `approve`, which it passes on. What only the owner
 * of the safe can do is told as a person's to do, and a refusal by the limits says where the owner finds the slice.
 */
export const forAgent = (document: AnsweredDocument, { row, slice }: Admitted, names: readonly string[]): AnsweredDocument => {
  const canType = (name: string | null): boolean => name === null || name === 'approve' || isDoneByAgentsSide(name) || mayCall(name, slice);
  if (document.ok) return { ...document, next: document.next.filter(({ command }) => canType(calledBy(command, names))) };
  const fix = document.error['fix'] as Fix;
  const called = fix.command === null ? null : calledBy(fix.command, names);
  return {
    ...document,
    error: { ...document.error, fix: canType(called) && called !== 'approve' ? fix : ownersFix(fix, called, row.name) },
  };
};

/** What the owner of the safe does about it. */
const ownersFix = (fix: Fix, called: string | null, name: string): Fix => {
  if (called === 'policy show')
    return agent(`Stay within your slice, or ask the owner of the safe for more (agents limit ${name}).`, 'whoami');
  if (called === 'approve') return { ...fix, text: 'The owner of the safe runs this as its user; then repeat the same command.' };
  return { ...fix, actor: 'human' };
};
