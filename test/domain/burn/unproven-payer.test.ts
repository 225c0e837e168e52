import { expect, it } from 'vitest';
import { exposuresOf, paidBy } from '../../../src/domain/burn/exposure.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { figures, hour, noon, oneUnit, vm } from '../judge/judge-case.ts';

it('W-023: a VM whose payer nothing proves counts for every payer, in the ledger or not', () => {
  const seen = { owner: null, ours: true, signedAt: noon - hour, expiresAt: noon + hour, listedBy: 1, deniedBy: 0 };
  const burn = { perSecond: new Exact(0), resources: [{ id: 'b', perSecond: oneUnit, consumed: 0n }] };
  for (const payer of ['0xa', '0xb']) {
    const known = figures(0n, {
      payer,
      burn,
      listed: [
        { ...seen, id: 'a' },
        { ...seen, id: 'b' },
      ],
    });
    const exposures = exposuresOf({ vms: [vm('a', { payer: '0xc' })], operations: [] }, known, noon);
    expect(paidBy(exposures, known).map(({ id }) => id)).toEqual(['a', 'b']);
  }
});
