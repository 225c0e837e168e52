import { canonicalJson } from '../text/canonical-json.ts';
import type { Plan } from './plan.ts';

/** Of an extension only when it begins counts; what is held for it may settle meanwhile. */
const startOf = (from: unknown): unknown => (from as { expiresAt?: unknown } | null)?.expiresAt ?? from;

/** What a plan can be applied to alone: its VM, the expiry that it moves, the policy that it follows, the newest freeze, the head that it replaces. */
const boundTo = ({ subject }: Plan): unknown => {
  const { vm = null, id = null, old = null, from = null, previous = null, upTo = null, replaces = null } = (subject ?? {}) as Subject;
  return { vm, id, old, from: startOf(from), previous, upTo, replaces };
};

type Subject = Readonly<Record<string, unknown>>;

const idsOf = ({ subject }: Plan): string[] => ((subject ?? {}) as { ids?: string[] }).ids ?? [];

/**
 * Can the earlier plan of a call still be applied, and does it do all that the later one would? Names pass from one VM to the next, and
 * policies and expiries move: a person is not asked for what came to nothing, nor is that taken for what is meant now.
 */
export const isAboutTheSame = (earlier: Plan, later: Plan): boolean =>
  canonicalJson(boundTo(earlier)) === canonicalJson(boundTo(later)) && idsOf(later).every((id) => idsOf(earlier).includes(id));
