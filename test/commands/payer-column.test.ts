import { expect, it, onTestFinished } from 'vitest';
import { cli } from '../support/cli-world.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { delegatedContext, letRent } from '../support/payer/payer.ts';
import { openWorld, testContext } from '../support/test-context.ts';

const headOf = (text: string): string => text.split('\n')[0]!;

it('W-023 vm ls tells a person who pays, in short, where that is another account, and has no such column elsewhere', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const t = await delegatedContext({ world });
  await letRent(t);
  await t.run(createVm(t.context, { name: 'ci' }));
  const { stdout } = await t.run(cli('vm ls', { context: t.context, environment: { NO_COLOR: '1' } }));
  expect(headOf(stdout)).toMatch(/NODE +PAYER$/);
  expect(stdout).toContain(`${t.payer.slice(0, 6)}…${t.payer.slice(-4)}`);
  const own = await testContext();
  await own.run(createVm(own.context, { name: 'ci' }));
  const listed = await own.run(cli('vm ls', { context: own.context, environment: { NO_COLOR: '1' } }));
  expect(headOf(listed.stdout)).toMatch(/NODE$/);
});
