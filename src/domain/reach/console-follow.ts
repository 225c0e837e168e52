interface Line {
  at: number | null;
  untrustedText: string;
}

/** The lines that were added since an older reading of the same log. The node may have dropped old lines from the log's start meanwhile. */
export const linesSince = <Seen extends Line>(before: readonly Seen[], now: readonly Seen[]): readonly Seen[] => {
  const last = before.at(-1);
  if (last === undefined) return now;
  const same = (line: Seen | undefined): boolean => line?.at === last.at && line.untrustedText === last.untrustedText;
  if (same(now[before.length - 1])) return now.slice(before.length);
  return now.slice(now.findLastIndex(same) + 1);
};
