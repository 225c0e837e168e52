import { canonicalJson } from '../text/canonical-json.ts';
import type { Plan } from './plan.ts';
import { boundTo, endsOf } from './plan-kinds.ts';

/**
 * Can a call's earlier plan still be applied, and does it do everything that its later plan would? The same name may mean another VM by
 * now, and policies and expiries change, so a stored plan is reused only while both plans have the same action, binding and VMs to end.
 */
export const isAboutTheSame = (earlier: Plan, later: Plan): boolean =>
  earlier.action === later.action &&
  canonicalJson(boundTo(earlier)) === canonicalJson(boundTo(later)) &&
  endsOf(later).every((id) => endsOf(earlier).includes(id));
