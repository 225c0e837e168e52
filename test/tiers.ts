/** Which test files belong together: by how long one waits for them, and by what they may share. */
export interface Tier {
  name: string;
  /** Folders, each with a slash at its end, and single files; the longest that fits a file says where it belongs. */
  holds: readonly string[];
  /** `npm test` has all of it, a part of it (by the variables of `partly`), or nothing; `npm run test:all` has all that is left out. */
  usually: 'whole' | 'part' | 'not';
}

/** What makes a test file of a tier that is run in part take its smaller share. */
export const partly = { FUZZ_RUNS: '2000', WORLDS: 'of-today' } as const;

export const tiers: readonly Tier[] = [
  // values in, values out
  { name: 'pure', holds: ['test/domain/', 'test/contract/', 'test/surfaces/', 'test/page/'], usually: 'whole' },
  // adapters, devnet and the life of VMs in one process, and that process dead at every effect point
  {
    name: 'world',
    holds: ['test/devnet/', 'test/adapters/', 'test/lifecycle/', 'test/commands/', 'test/conformance/', 'test/crash/', 'test/main/'],
    usually: 'whole',
  },
  // what holds for the whole of the code
  {
    name: 'rules',
    holds: ['architecture', 'bundle', 'hints', 'how-it-works', 'pages', 'start-up', 'strings', 'tiers'].map(
      (name) => `test/${name}.test.ts`,
    ),
    usually: 'whole',
  },
  // what must not work
  { name: 'hostile', holds: ['test/hostile/', 'test/enforcers/'], usually: 'whole' },
  // whole lives, with bad luck
  { name: 'luck', holds: ['test/simulation/'], usually: 'part' },
  { name: 'fuzz', holds: ['test/fuzz/'], usually: 'part' },
  // a little of what only processes show
  { name: 'smoke', holds: ['test/process/smoke.test.ts'], usually: 'whole' },
  // the page in a real browser; skipped where there is none
  { name: 'browser', holds: ['test/browser/'], usually: 'not' },
  // what only processes show: kills, terminals, signals, many at once; every word of docs and tutorials typed; and a chain for each of many ends
  {
    name: 'process',
    holds: [
      'test/process/',
      'test/lifecycle/topup/proof.test.ts',
      'test/lifecycle/topup/way-out.test.ts',
      ...['answers', 'examples', 'failures', 'failures-under-way', 'transcripts', 'weaknesses'].map((name) => `test/${name}.test.ts`),
    ],
    usually: 'not',
  },
];

/** The tier of a test file; null where none holds it. */
export const tierOf = (path: string): Tier | null => {
  const fits = tiers.flatMap((tier) => tier.holds.filter((part) => path.startsWith(part)).map((part) => ({ tier, length: part.length })));
  return fits.sort((a, b) => b.length - a.length)[0]?.tier ?? null;
};
