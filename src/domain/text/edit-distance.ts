/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
export const editDistance = (from: string, to: string): number => {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      let best = Math.min(at(rows, row - 1, column) + 1, (line[column - 1] ?? 0) + 1, at(rows, row - 1, column - 1) + cost);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, at(rows, row - 2, column - 2) + 1);
      }
      line.push(best);
    }
    rows.push(line);
  }
  return at(rows, from.length, to.length);
};

const at = (rows: readonly number[][], row: number, column: number): number => rows[row]?.[column] ?? 0;
