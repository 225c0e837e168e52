import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import type { Token } from '../../domain/topup/token.ts';
import { readTokenPrice } from '../../domain/topup/token-price.ts';
import { type Fetch, hostOf, textOf } from './rpc.ts';

/** How price services call the tokens, in the place of `{id}` in a source's URL; `{token}` is the symbol. */
const ids: Readonly<Record<Token, string>> = { usdc: 'usd-coin', aleph: 'aleph', eth: 'ethereum' };

/** USD a token by one source. `PRICE_UNREADABLE` where its answer holds no single price. */
export const sourcePrice = async (fetch: Fetch, source: string, token: Token): Promise<string> => {
  const url = source.replaceAll('{id}', ids[token]).replaceAll('{token}', token.toUpperCase());
  const price = readTokenPrice(jsonOf(await textOf(fetch, url, {}).catch(() => '')));
  if (price !== null) return price;
  throw new Failure('PRICE_UNREADABLE', `The price source ${hostOf(source)} tells no single price of ${token.toUpperCase()}.`, {
    fix: human(
      'Its answer must be JSON with one number under usd, price or amount. Name others.',
      'config set',
      'topup.priceSources',
      'URL,URL',
    ),
    facts: { source: hostOf(source) },
  });
};
