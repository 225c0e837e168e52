import { type Limits, limitsBy } from './limits.ts';
import { reach } from './loosened.ts';

/** The lower budget of each task; a budget that only one side has applies. */
export const tighterTasks = (
  tasks: Readonly<Record<string, bigint>>,
  overlay: Readonly<Record<string, bigint>>,
): Record<string, bigint> => {
  const least = (task: string): bigint => {
    const [own, other] = [tasks, overlay].map((budgets) => (Object.hasOwn(budgets, task) ? budgets[task]! : null));
    return own == null ? other! : other == null || own < other ? own : other;
  };
  return Object.fromEntries([...new Set([...Object.keys(tasks), ...Object.keys(overlay)])].sort().map((task) => [task, least(task)]));
};

/** The tighter value of each limit: an overlay never loosens. */
export const tightened = (limits: Limits, overlay: Partial<Limits>): Limits =>
  limitsBy((limit, { looser }) => {
    const [own, other] = [limits[limit], overlay[limit]];
    if (typeof other !== typeof own || other === undefined) return own;
    return (looser === 'up') === reach(limit, other) < reach(limit, own) ? other : own;
  });
