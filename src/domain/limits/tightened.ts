import { reach } from './loosened.ts';
import { type Limits, limitsBy } from './policy.ts';

/** Of each task the lower budget; one that stands in either holds. */
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

/** Of each limit the one that gives less room: an overlay can tighten and nothing else. */
export const tightened = (limits: Limits, overlay: Partial<Limits>): Limits =>
  limitsBy((limit, { looser }) => {
    const [own, other] = [limits[limit], overlay[limit]];
    if (typeof other !== typeof own || other === undefined) return own;
    return (looser === 'up') === reach(limit, other) < reach(limit, own) ? other : own;
  });
