/** A change to an account's list of grants: entries that must go, and entries that must be there. Others are carried as they stand. */
export interface GrantEdit {
  add: readonly unknown[];
  remove: readonly unknown[];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const without = (list: readonly unknown[], gone: readonly unknown[]): unknown[] =>
  list.filter((entry) => !gone.some((each) => same(each, entry)));

/** The list after the edit; entries that stay keep their place, new ones come last. */
export const edited = (list: readonly unknown[], { add, remove }: GrantEdit): unknown[] => {
  const result = without(list, remove);
  for (const entry of add) if (!result.some((each) => same(each, entry))) result.push(entry);
  return result;
};

/** Is the list what the edit wanted? */
export const shows = (list: readonly unknown[], edit: GrantEdit): boolean =>
  edited(list, edit).length === list.length && list.every((entry, index) => same(entry, edited(list, edit)[index]));

/**
 * What somebody else changed in a list between `base` and `theirs`: where their message came between the one that we read and ours, ours has
 * overwritten it, and must be followed by one that has both.
 */
export const editBetween = (base: readonly unknown[], theirs: readonly unknown[]): GrantEdit => ({
  add: without(theirs, base),
  remove: without(base, theirs),
});
