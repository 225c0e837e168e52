import { expect, test } from 'vitest';
import lsCommand from '../../src/commands/approvals/ls.ts';
import showCommand from '../../src/commands/approvals/show.ts';
import type { LedgerReader } from '../../src/ports/ledger.ts';
import { plainStyle } from '../../src/surfaces/cli/print/plain-style.ts';
import { asked } from '../support/approval/approved-call.ts';
import { quoted, sends } from '../support/approval/funding.ts';
import { withFunder } from '../support/approval/with-funder.ts';
import { type ContextOptions, testContext } from '../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };

test('W-022 approvals ls reads trail and history once, however many requests wait, and says where it cannot tell', async () => {
  let silent = false;
  let histories = 0;
  const spoil: ContextOptions['spoil'] = async (response, { url }) => {
    if (!url.includes('credit_transfer')) return response;
    histories += 1;
    return silent ? new Response('busy', { status: 502 }) : response;
  };
  const t = await testContext({ spoil });
  await withFunder(t);
  const ids = [];
  for (const name of ['a', 'b', 'c', 'd']) ids.push((await asked(t, 'vm create', { ...big, name })).id);
  const [first = '', ...others] = ids;
  let scans = 0;
  const counting: LedgerReader = {
    ...t.ledger,
    effects: (filter) => {
      if (filter?.point === 'approval.request') scans += 1;
      return t.ledger.effects(filter);
    },
  };
  const context = { ...t.context, ledger: async () => counting };
  const listed = async () => {
    const given = lsCommand.input.parse({});
    histories = 0;
    scans = 0;
    const output = lsCommand.output.parse(await t.run(lsCommand.run(context as never, given)));
    return { output, text: lsCommand.text(output, plainStyle('mark')) };
  };
  const { output } = await listed();
  expect(output.items.map(({ state, funding }) => [state, funding?.arrived])).toEqual(ids.map(() => ['pending', false]));
  expect(histories).toBe((await t.context.cloud()).hosts.length);
  expect(scans).toBeLessThanOrEqual(4);

  await sends(t, quoted(t, first));
  expect((await listed()).output.items.map(({ state }) => state)).toEqual(['granted', ...others.map(() => 'pending')]);
  silent = true;
  const dark = await listed();
  expect(dark.output.items.map(({ state, funding }) => [state, funding?.arrived])).toEqual(ids.map(() => ['pending', null]));
  expect(dark.text).toContain('pending, cannot tell if paid');
  const shown = showCommand.output.parse(await t.run(showCommand.run(t.context, { id: first })));
  expect(showCommand.text(shown, plainStyle('mark'))).toMatch(/cannot tell whether 0x\w+ sent exactly \d+ credits/);
});
