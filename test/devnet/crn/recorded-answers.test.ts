import { describe, expect, it } from 'vitest';
import { createWorld, g1, operatorHeaders } from './crn-world.ts';

describe('recorded differences at a node', () => {
  const world = createWorld();
  const { address, domain } = world.devnet.crns[g1]!;

  it('a path that was signed and not asked for is named as the node names it', async () => {
    const hash = 'ab'.repeat(32);
    const headers = operatorHeaders(world.account, domain, 'POST', '/other', world.devnet.clock.now());
    const response = await world.post(`${address}/control/machine/${hash}/stop`, undefined, headers);
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: `Invalid path. Signed: '/other' !=  requested path: '/control/machine/${hash}/stop'` },
    ]);
  });

  it('a notify of what no node can run is a failed assertion; of a hash that is none, a list of problems', async () => {
    const post = await world.message('POST', { type: 'note', content: {} });
    const response = await world.notify(g1, post);
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: 'Parsed message is not executable', error_type: "<class 'AssertionError'>" },
    ]);
    const problems = JSON.parse((await (await world.notify(g1, 'nonsense')).json()) as string) as object[];
    const error = "Could not determine hash type: 'nonsense'";
    expect(problems).toEqual([
      {
        type: 'value_error',
        loc: ['instance'],
        msg: `Value error, ${error}`,
        input: 'nonsense',
        ctx: { error },
        url: 'https://errors.pydantic.dev/2.10/v/value_error',
      },
    ]);
  });

  it('the numbers of its capability are numbers', async () => {
    const body = (await (await world.get(`${address}/about/capability`)).json()) as Record<string, Record<string, unknown>>;
    expect(body).toMatchObject({
      cpu: { frequency: expect.any(Number), count: expect.any(Number) },
      memory: { size: expect.any(Number), clock: expect.any(Number), units: 'bytes', clock_units: 'Hz' },
    });
  });

  it('its chains of payment say where they are and what is paid there', async () => {
    const { payment } = (await (await world.get(`${address}/status/config`)).json()) as { payment: Record<string, unknown> };
    const token = { standard_token: null, super_token: '0xc0Fbc4967259786C743361a5885ef49380473dCF', testnet: false, active: true };
    expect(payment['AVAILABLE_PAYMENTS']).toEqual({
      'Chain.AVAX': { chain_id: 43_114, rpc: 'https://api.avax.network/ext/bc/C/rpc', ...token },
      'Chain.BASE': { chain_id: 8453, rpc: 'https://base-mainnet.public.blastapi.io', ...token },
    });
  });
});
