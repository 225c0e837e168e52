import { describe, expect, it } from 'vitest';
import { outWords } from '../../src/page/agents.ts';
import { envelopeWords } from '../../src/page/envelope.ts';
import { saidOf } from '../../src/page/hooks.ts';
import type { Approval, Outputs } from '../../src/page/outputs.ts';
import { endWords } from '../../src/page/vms.ts';

type Receipt = Outputs['vm destroy']['items'][number];

const receipt = (patch: Partial<Receipt>): Outputs['vm destroy'] => ({
  items: [
    { id: 'abcdef012345', name: 'web', state: 'terminated', nodeAnswer: 'erased', disk: 'purged', costUsd: '0.0142', ...patch } as Receipt,
  ],
  count: 1,
  changed: true,
});

describe('what is said of what was done', () => {
  it.each<[string, Partial<Receipt>, string]>([
    ['gone', {}, 'web (abcdef012345) is gone and bills no more. The node said erased, its disk is erased. It costs at most 0.0142 USD.'],
    [
      'a disk that stays',
      { nodeAnswer: null, disk: 'staysUntilOperatorCleans' },
      'web (abcdef012345) is gone and bills no more. The node was not asked, its disk stays until the node’s operator cleans up. It costs at most 0.0142 USD.',
    ],
    [
      'dormant',
      { state: 'dormant', costUsd: '0' },
      'web (abcdef012345) is cancelled: the network never took it. It stays watched, because whoever has its order could still post it. It costs at most 0 USD.',
    ],
  ])('of a VM: %s', (_, patch, words) => expect(endWords(receipt(patch))).toBe(words));

  it('of one that is not gone never that it bills no more', () =>
    expect(endWords(receipt({ state: 'stopping' }))).not.toMatch(/bills no more/));

  it('of an agent that is out, what bills on', () => {
    const out = { name: 'ci', destroyed: [], left: ['abcdef012345'], leftUsdPerHour: '0.0285' };
    expect(outWords(out)).toMatch(/1 of its VMs run to their end, at 0\.0285 USD\/h, with its SSH key in them: abcdef012345/);
    expect(outWords({ ...out, left: [], leftUsdPerHour: '0' })).toMatch(/None of its VMs runs/);
  });

  it('the warnings of it stand beside it, of a failure, too', () => {
    const warnings = [{ code: 'CHILDREN_LEFT', message: 'Agents that live there have 2 VMs at 0.0285 USD/h.' }];
    expect(saidOf({ ok: true, data: receipt({}), warnings }, endWords)).toMatch(
      /bills no more.*have 2 VMs at 0\.0285 USD\/h\. \[CHILDREN_LEFT\]$/,
    );
    const failed = { ok: false as const, error: { code: 'DESTROY_INCOMPLETE', message: 'Not gone.' }, warnings };
    expect(saidOf(failed, endWords)).toMatch(/^Not gone\..*\[DESTROY_INCOMPLETE\].*\[CHILDREN_LEFT\]$/);
  });

  it('of an envelope that was there already, that none was made', () => {
    const before = [{ id: 'ap_1', state: 'granted', leftUsd: '0.4000' }] as Approval[];
    const given = { approval: 'ap_1', state: 'granted' } as Outputs['approve'];
    expect(envelopeWords(given, before)).toMatch(/there already: ap_1, 0\.4000 USD left\. No second one was made\./);
    expect(envelopeWords({ ...given, approval: 'ap_2' }, before)).toBe('The envelope ap_2 is approved.');
  });
});
