import { describe, expect, it } from 'vitest';
import { heardFetch } from '../../../src/adapters/aleph/http/heard-fetch.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { offlineTold } from '../../../src/surfaces/cli/offline-told.ts';

const unheard = { network: 'mainnet', hosts: ['a.example', 'b.example', 'c.example', 'd.example'], proxy: null };

describe('a machine that reaches nobody', () => {
  it.each(['BALANCE_UNREADABLE', 'CLOCK_UNTRUSTED', 'NETWORK_UNAVAILABLE', 'PRICE_UNREADABLE', 'GRANTS_UNREADABLE'] as const)(
    '%s says so, once, with its hosts',
    (code) => {
      expect(offlineTold(new Failure(code, 'A balance of 0x1 could not be read.'), unheard)).toMatchObject({
        code,
        message:
          'No host of mainnet can be reached: a.example, b.example, c.example, 1 more. This machine seems to be offline. Nothing was spent.',
        details: { sideEffects: 'none', fix: { actor: 'human', text: 'Check the connection, then repeat the command.' } },
      });
    },
  );

  it('names the proxy that the environment has', () => {
    const told = offlineTold(new Failure('NETWORK_UNAVAILABLE', 'x'), { ...unheard, hosts: ['a.example'], proxy: 'proxy.example:3128' });
    expect(told).toMatchObject({
      message: expect.stringMatching(/reached through the proxy proxy\.example:3128: a\.example\. /),
      details: { fix: { text: expect.stringContaining('HTTPS_PROXY') } },
    });
  });

  it('leaves alone what changed something, what is another failure, and what somebody answered', () => {
    const kept = [
      new Failure('NETWORK_UNAVAILABLE', 'x', { sideEffects: 'unknown' }),
      new Failure('DESTROY_INCOMPLETE', 'x', { sideEffects: 'partial' }),
      new Failure('LEDGER_BUSY', 'x'),
      new Failure('TOO_MANY_VMS', 'x'),
      new Error('x'),
    ];
    for (const thrown of kept) expect(offlineTold(thrown, unheard)).toBe(thrown);
    const failure = new Failure('NETWORK_UNAVAILABLE', 'x');
    expect(offlineTold(failure, null)).toBe(failure);
  });
});

describe('who was heard', () => {
  const of = (answers: (url: string) => boolean) =>
    heardFetch(async (input) => {
      if (answers(String(input))) return new Response('', { status: 503 });
      throw new TypeError('fetch failed');
    });

  it('nobody, by their hosts', async () => {
    const { fetch, unheard } = of(() => false);
    expect(unheard()).toEqual([]);
    for (const url of ['https://a.example/x', 'https://a.example/y', 'https://b.example/x']) await expect(fetch(url)).rejects.toThrow();
    expect(unheard()).toEqual(['a.example', 'b.example']);
  });

  it('somebody, whatever was answered', async () => {
    const { fetch, unheard } = of((url) => url.includes('b.'));
    await expect(fetch('https://a.example/x')).rejects.toThrow();
    await fetch('https://b.example/x');
    expect(unheard()).toEqual([]);
  });
});
