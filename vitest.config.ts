import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { partly, type Tier, tiers } from './test/tiers.ts';

/** What files of a tier may share: a process and its modules where they leave no trace there, threads where they touch nothing outside. */
const sharing: Readonly<Record<string, object>> = {
  pure: { pool: 'threads', isolate: false },
  world: { isolate: false },
};

const elsewhere = (tier: Tier): string[] =>
  tiers.filter((other) => other !== tier).flatMap(({ holds }) => holds.filter((part) => tier.holds.some((own) => part.startsWith(own))));

const project = (tier: Tier, more: object): TestProjectConfiguration => ({
  test: {
    include: tier.holds.map((part) => (part.endsWith('/') ? `${part}**/*.test.ts` : part)),
    exclude: elsewhere(tier),
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // whoever fails once fails: time stands still for tests, so nothing depends on the machine
    retry: 0,
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
