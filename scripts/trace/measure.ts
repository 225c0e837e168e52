import type { Site } from './instrument.ts';

export interface Measures {
  /** Calls of functions of src/ (src/devnet apart), whatever they are. */
  entries: number;
  /** Files of which at least one function was entered, in order of the first. */
  files: Site[];
  /** Entries into another file than that of the entry before. How many depends on how often a call looks at what it waits for. */
  switches: number;
  /** Different switches, from one file to another: however often they are taken. */
  ways: number;
  /** Switches into a file that had been entered before. */
  returns: number;
  /** The most switches in a row into files that had not been entered before. */
  stretch: number;
  /** Files entered by folder, in order of the first. */
  folders: { folder: string; files: number }[];
}

/** How far a call wanders through the house. */
export const measure = (entries: readonly Site[]): Measures => {
  const files = new Map<string, Site>();
  const ways = new Set<string>();
  let switches = 0;
  let returns = 0;
  let stretch = 0;
  let row = 0;
  let last: string | null = null;
  for (const site of entries) {
    const { file } = site;
    const known = files.has(file);
    if (!known) files.set(file, site);
    if (last !== null && last !== file) {
      switches += 1;
      ways.add(`${last} ${file}`);
      if (known) returns += 1;
      row = known ? 0 : row + 1;
      stretch = Math.max(stretch, row);
    }
    last = file;
  }
  const folders = new Map<string, number>();
  for (const file of files.keys()) {
    const folder = file.slice(0, file.lastIndexOf('/'));
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  return {
    entries: entries.length,
    files: [...files.values()],
    switches,
    ways: ways.size,
    returns,
    stretch,
    folders: [...folders].map(([folder, count]) => ({ folder, files: count })),
  };
};
