import { Failure } from '../../domain/failure/failure.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';

/** Calls of an anvil node, as it is its own chain's master: mines, gives coins, sends from accounts whose keys it holds. */
export interface Anvil {
  url: string;
  call(method: string, ...params: unknown[]): Promise<unknown>;
}

const withinMs = 30_000;

/** Reaches the anvil node at this URL. `USAGE` for anything else: a devnet puts contracts on no chain that others use. */
export const openAnvil = async (url: string): Promise<Anvil> => {
  if (!isLoopbackUrl(url))
    throw new Failure('USAGE', `--evm "${url}" is no http URL on this machine: a devnet uses an anvil node here alone.`);
  const call: Anvil['call'] = async (method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const version = await call('web3_clientVersion').catch(() => null);
  if (typeof version === 'string' && version.startsWith('anvil/')) return { url, call };
  throw new Failure('USAGE', `--evm "${url}" is no anvil node. Start one: npx anvil --port 8545`);
};
