const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const durationPattern = /^(\d{1,9}[smhdw])+$/;

/** What `durationPattern` matches, in words. */
export const durationWords = 'a duration like 90m, 4h, 2d or 1w';

/** `90m`, `4h`, `2d`, `1w`, `1h30m` → seconds; null for anything else. A bare number has no unit and is not a duration. */
export const parseDuration = (text: string): number | null => {
  if (!durationPattern.test(text)) return null;
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ''] ?? 0), 0);
};

/** Seconds → `4h`, `1h30m`, `0s`; exact; `parseDuration` reads it back. A week is `7d`. */
export const formatDuration = (total: number): string => {
  const parts: string[] = [];
  let rest = Math.round(total);
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = seconds[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.join('') || '0s';
};
