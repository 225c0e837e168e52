import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import type { RootPolicy } from '../../src/domain/limits/root-policy.ts';
import { called } from '../support/approval/approved-call.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { type ContextOptions, type TestContext, testContext } from '../support/test-context.ts';

const hour = 3_600_000;
const codes = ['LIVE_ABOVE_POLICY', 'BURN_ABOVE_POLICY', 'TTL_ABOVE_POLICY'];

/** What is warned of the policy by a command, each once. */
const warned = async (t: TestContext, name: string, raw = {}): Promise<string[]> => {
  t.warnings.length = 0;
  await called(t, name, raw);
  return [...new Set(t.warnings.filter(({ code }) => codes.includes(code)).map(({ message }) => message))];
};

/** A host to which every VM costs a thousandth. */
const cheap: NonNullable<ContextOptions['third']> = async (response, { url }) => {
  if (!url.includes('/api/v0/costs') || !response.ok) return response;
  const body = (await response.json()) as { resources: { cost_credit: string }[] };
  return Response.json({ ...body, resources: body.resources.map((row) => ({ ...row, cost_credit: '0.003' })) });
};

describe('what the network shows beyond the policy, whatever the rows say', () => {
  it('S-20 S-26: status, gc and doctor warn of VMs, burn and expiries, root’s policy included', async () => {
    const root: RootPolicy = {
      path: 'policy.json',
      limits: { ...defaultLimits, maxVms: 1, maxBurnCreditsPerHour: 20_000n },
      approver: null,
    };
    const t = await testContext({ rootPolicy: root, third: cheap });
    await t.run(createVm(t.context, { name: 'ci', crn: 'http://crn-1.devnet.test' }));
    for (const name of ['status', 'gc']) expect(await warned(t, name), name).toEqual([]);
    // another program with the same key makes one that lives two days
    const id = await t.run(strayVm(t, { marked: true, expiresAt: t.devnet.clock.now() + 48 * hour }));
    const above = [
      'The network lists 2 live VMs of this account, the policy allows 1.',
      'The VMs that the network lists cost 0.0285 USD/h, the policy allows 0.0200.',
      'VM somebodys-box lives 2d by its public expiry, the policy allows 1d.',
    ];
    for (const name of ['status', 'gc']) expect(await warned(t, name), name).toEqual(above);
    const { data } = (await called(t, 'doctor', {})) as { data: { problems: { check: string; says: string }[] } };
    expect(data.problems.filter(({ check }) => check === 'limits').map(({ says }) => says)).toEqual(
      above.map((message, index) => `${message} (${codes[index]})`),
    );
    // once it has a row, that row says what it likes
    await called(t, 'gc', { execute: true });
    t.ledger.write('lease.take', (transaction) =>
      transaction.updateVm(id, { network: 'mainnet', expiresAt: t.devnet.clock.now(), rate: '0.000000000000000001' }),
    );
    expect(await warned(t, 'status')).toEqual(above);
  });
});
