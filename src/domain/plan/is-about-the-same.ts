import { canonicalJson } from '../text/canonical-json.ts';
import type { Plan } from './plan.ts';
import { boundTo, endsOf } from './plan-kinds.ts';

/**
 * Can the earlier plan of a call still be applied, and does it do all that the later one would? Names pass from one VM to the next, and
 * policies and expiries move: a person is not asked for what came to nothing, nor is that taken for what is meant now. Plans of two kinds
 * are never about the same.
 */
export const isAboutTheSame = (earlier: Plan, later: Plan): boolean =>
  earlier.action === later.action &&
  canonicalJson(boundTo(earlier)) === canonicalJson(boundTo(later)) &&
  endsOf(later).every((id) => endsOf(earlier).includes(id));
