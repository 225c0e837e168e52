/** Rows of cells as lines of aligned columns, two spaces apart, cut at `width` (0: never cut). */
export const alignColumns = (rows: readonly (readonly string[])[], width = 0): string[] => {
  const widths = rows.reduce<number[]>((widest, row) => {
    row.forEach((cell, place) => {
      widest[place] = Math.max(widest[place] ?? 0, cell.length);
    });
    return widest;
  }, []);
  return rows.map((row) => {
    const line = row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ');
    return (width > 0 ? line.slice(0, width) : line).trimEnd();
  });
};
