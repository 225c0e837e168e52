import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { partly, type Tier, tiers } from './test/tiers.ts';

/** What files of a tier share: a process and its modules, or threads where they touch nothing outside. Loading the house anew for each file took 3 CPU s a file. */
const sharing: Readonly<Record<string, object>> = { pure: { pool: 'threads' } };

const elsewhere = (tier: Tier): string[] =>
  tiers.filter((other) => other !== tier).flatMap(({ holds }) => holds.filter((part) => tier.holds.some((own) => part.startsWith(own))));

const project = (tier: Tier, more: object): TestProjectConfiguration => ({
  test: {
    include: tier.holds.map((part) => (part.endsWith('/') ? `${part}**/*.test.ts` : part)),
    exclude: elsewhere(tier),
    pool: 'forks',
    isolate: false,
    setupFiles: ['test/support/as-the-build.ts'],
    // only what hangs meets these: time stands still for tests, so a busy machine makes none fail, and who fails once fails
    testTimeout: 600_000,
    hookTimeout: 600_000,
    retry: 0,
    expect: { poll: { timeout: 60_000 } },
    ...sharing[tier.name],
    ...more,
  },
});

/** `npm test` runs the tiers by their names, `npm run test:all` what is called `all:` besides. */
const projects = tiers.flatMap((tier) => {
  const usual = { whole: [{ name: tier.name }], part: [{ name: tier.name, env: partly }], not: [] }[tier.usually];
  const rest = tier.usually === 'whole' ? [] : [{ name: `all:${tier.name}` }];
  return [...usual, ...rest].map((more) => project(tier, more));
});

// vitest would leave one processor idle
export default defineConfig({ test: { projects, maxWorkers: '100%' } });
