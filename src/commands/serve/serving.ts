import * as z from 'zod';
import type { TlsManner } from '../../contract/declare/door.ts';
import { isEverywhere, readPublicUrl, readTlsPlace } from '../../domain/agents/tls-place.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';

/** How a safe is served to agents of other machines. */
export const tlsFields = {
  listen: z
    .string()
    .refine((text) => readTlsPlace(text) !== null, 'an address and a port like 192.0.2.7:8443 or [::1]:8443')
    .optional()
    .describe('Where agents of other machines connect, by TLS 1.3. The socket stays')
    .meta({ unit: 'HOST:PORT' }),
  publicUrl: z
    .string()
    .refine((text) => readPublicUrl(text) !== null, 'the https address by which agents reach --listen, like https://safe.example:8443')
    .optional()
    .describe('How invitations name --listen; needed where it is 0.0.0.0 or [::]')
    .meta({ unit: 'URL' }),
  tlsCert: z
    .string()
    .optional()
    .describe('Your own certificate, PEM, with its chain; if omitted, the safe makes one and invitations pin its key')
    .meta({ unit: 'FILE' }),
  tlsKey: z.string().optional().describe('The key of --tls-cert, PEM').meta({ unit: 'FILE' }),
};

export const pageServed = z.boolean().default(true).describe('Serve the page that `dashboard` opens');

const fields = z.object(tlsFields);

export const unfit = (message: string, fix: string): Failure =>
  new Failure('USAGE', message, { sideEffects: 'none', fix: agent(fix, 'serve', { help: true }) });

/** How the safe is served by TLS; null: not. `USAGE` for flags that do not go together. */
export const tlsOf = ({ listen, publicUrl, tlsCert, tlsKey }: z.output<typeof fields>): TlsManner | null => {
  const [flag] = Object.entries({ '--public-url': publicUrl, '--tls-cert': tlsCert, '--tls-key': tlsKey }).filter(([, given]) => given);
  if (listen === undefined) {
    if (flag === undefined) return null;
    throw unfit(`${flag[0]} "${flag[1]}" says how the safe listens by TLS, and --listen is not given.`, 'Give --listen HOST:PORT, too.');
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw unfit('--tls-cert and --tls-key belong together, and one is missing.', 'Give both, or neither: the safe makes its own then.');
  }
  const place = readTlsPlace(listen)!;
  if (isEverywhere(place) && publicUrl === undefined) {
    throw unfit(
      `--listen "${listen}" is every address of this machine, and an invitation has to name one.`,
      'Give --public-url with the name or address by which agents reach this machine, or listen at that one.',
    );
  }
  const files = tlsCert === undefined || tlsKey === undefined ? null : { certificate: tlsCert, key: tlsKey };
  return { place, publicUrl: publicUrl === undefined ? null : readPublicUrl(publicUrl), files };
};
