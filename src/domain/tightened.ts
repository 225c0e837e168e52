import { looser } from './loosened.ts';
import type { Limits } from './policy.ts';

/** Of each limit the one that gives less room: an overlay can tighten and nothing else. */
export const tightened = (limits: Limits, overlay: Partial<Limits>): Limits => {
  const tighter = (limit: keyof Limits) => {
    const [own, other] = [limits[limit], overlay[limit]];
    if (typeof other !== typeof own || other === undefined) return own;
    return (looser[limit] === 'up') === other < own ? other : own;
  };
  return Object.fromEntries((Object.keys(looser) as (keyof Limits)[]).map((limit) => [limit, tighter(limit)])) as unknown as Limits;
};
