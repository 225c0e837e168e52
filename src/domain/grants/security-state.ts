/** One AGGREGATE message of an account's key `security`, its hash and signature checked. */
export interface SecurityVersion {
  id: string;
  sender: string;
  /** `content.time` in ms; fractions are kept, because the network compares them. */
  at: number;
  /** null: the message says nothing of `authorizations`, and leaves them as they are. */
  authorizations: readonly unknown[] | null;
}

/** What one CCN host has; `versions` is null where it gave no list in which every message verifies. */
export interface SecurityCopy {
  host: string;
  versions: readonly SecurityVersion[] | null;
  /** The list as the host merges it; null where it has none, or gave none. */
  merged: readonly unknown[] | null;
}

/** The grants of an account as at least two hosts (or the only one) have them. */
export interface SecurityState {
  authorizations: readonly unknown[];
  /** The message that set them; null where none ever did. */
  newest: SecurityVersion | null;
  /** Every version that all agreeing hosts have, oldest first. */
  versions: readonly SecurityVersion[];
}

/** Why the grants cannot be told: the hosts disagree, or too few of them answer. */
export type SecurityDoubt = { doubt: string };

const alike = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Of two messages of one moment a host keeps the one that came to it first (protocol-ccn.md §6.2): the one that it merged. */
const newestOf = ({ versions, merged }: SecurityCopy): SecurityVersion | null => {
  const speaking = (versions ?? []).filter(({ authorizations }) => authorizations !== null);
  const latest = Math.max(...speaking.map(({ at }) => at));
  const [first = null, ...others] = speaking.filter(({ at }) => at === latest);
  return others.length === 0
    ? first
    : (speaking.find((each) => each.at === latest && alike(each.authorizations ?? [], merged ?? [])) ?? first);
};

/** Later messages replace the whole list; of the hosts that answer, every one must show the same (protocol-ccn.md §6.2). */
export const securityState = (copies: readonly SecurityCopy[]): SecurityState | SecurityDoubt => {
  const answered = copies.filter((copy) => copy.versions !== null);
  const needed = Math.max(1, Math.min(2, copies.length));
  if (answered.length < needed) {
    return { doubt: `only ${answered.length} of ${needed} CCN hosts give the account's grants in messages that all verify` };
  }
  const newest = answered.map(newestOf);
  const [first = null] = newest;
  if (newest.some((each) => each?.id !== first?.id)) return { doubt: 'the CCN hosts do not show the same newest grants yet' };
  const authorizations = first?.authorizations ?? [];
  const unlike = answered.find(({ merged }) => !alike(merged ?? [], authorizations));
  if (unlike !== undefined) return { doubt: `${unlike.host} shows other grants than the messages say` };
  const [versions = []] = answered.map((copy) => copy.versions ?? []);
  const everywhere = versions.filter(({ id }) => answered.every((copy) => copy.versions?.some((each) => each.id === id)));
  return { authorizations, newest: first, versions: [...everywhere].sort((a, b) => a.at - b.at) };
};
