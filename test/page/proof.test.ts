import { afterEach, describe, expect, it, vi } from 'vitest';
import { Closed, call } from '../../src/page/server.ts';

/** A tab that was opened by a program with this proof, and what answers it now. */
const tab = (proof: string, answer: Response): Map<string, string> => {
  const kept = new Map([['aleph-agent page', JSON.stringify({ key: 'k', proof })]]);
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal('fetch', async () => answer);
  return kept;
};

describe('who took the port of a program that has ended', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it.each([
    ['without a proof', {}],
    ['with another one', { 'aleph-agent-proof': 'made up' }],
  ])('is believed nothing %s, and the tab is closed', async (_, headers) => {
    const kept = tab('p', Response.json({ ok: true, data: { sign: 'anything' }, warnings: [] }, { headers }));
    await expect(call('approve', { id: 'ap_1', show: true })).rejects.toThrow(Closed);
    expect(kept.size).toBe(0);
  });

  it('the program itself is', async () => {
    const kept = tab('p', Response.json({ ok: true, data: {}, warnings: [] }, { headers: { 'aleph-agent-proof': 'p' } }));
    expect(await call('status')).toMatchObject({ ok: true });
    expect(kept.size).toBe(1);
  });
});
