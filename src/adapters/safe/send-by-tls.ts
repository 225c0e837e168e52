import { rootCertificates, type TLSSocket } from 'node:tls';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool, request } from 'undici';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { Untrusted } from '../../ports/host/surroundings.ts';
import { pinOf } from './certificate-facts.ts';
import { type Sender, silenceMs } from './sender.ts';
import { codeOf, silent, unreachable } from './unreachable.ts';

type Connector = buildConnector.connector;

const another = human(
  'Somebody may stand in between. Ask the owner of the safe; where its key or its name is another one, for a new invitation.',
);

/** Node's and OpenSSL's words for a chain or a name that does not fit. */
const isOfCertificate = (code: string): boolean => /CERT|CRL|ISSUER|SIGNATURE|HOSTNAME/.test(code);

/** The pin of whoever holds this connection: TLS 1.3 has let it prove that it has the key. */
const shownPin = (socket: TLSSocket): string => {
  try {
    return pinOf(socket.getPeerX509Certificate()!);
  } catch {
    return 'no key that can be read';
  }
};

/** What of the environment bears upon a connection. */
export interface Trust {
  /** What brings certificates that are not root's; null for nothing. */
  untrusted(): Untrusted | null;
  /** The proxy through which a host is reached, and the hosts that are reached without; null for none. */
  proxyTo(host: string): { url: string; noProxy: string } | null;
}

/**
 * Each connection is a handshake of its own, because a session that is resumed shows no certificate. With a pin the key alone counts: who has
 * it could make any certificate, so neither its name nor its end says more. Without one, name and chain count, by the roots of this program
 * and those that this machine's root has put beside them: no variable of whoever starts the program changes who gets the token. A proxy
 * passes the handshake on, and sees none of what follows.
 */
const dispatcherOf = ({ url, pin }: SafeAddress, { untrusted, proxyTo }: Trust): Dispatcher => {
  const planted = pin === null ? untrusted() : null;
  const refused = (thrown: Error): Failure => {
    const code = codeOf(thrown);
    if (!isOfCertificate(code)) return silent(url, thrown);
    const ignored = planted === null ? '' : `; ${planted.variable} adds no roots here, because ${planted.why}`;
    return unreachable(url, `shows a certificate that does not fit (${code}), and nothing was sent${ignored}`, {
      cause: thrown,
      fix: another,
    });
  };
  const checked =
    (connect: Connector): Connector =>
    (options, callback) =>
      connect(options, (problem, socket) => {
        if (problem !== null) return callback(refused(problem), null);
        const shown = pin === null ? null : shownPin(socket as TLSSocket);
        if (shown === pin) return callback(null, socket!);
        socket!.destroy();
        const why = `has another key than its invitation says, and nothing was sent: expected ${pin}, found ${shown}`;
        callback(unreachable(url, why, { fix: another, facts: { expected: pin, found: shown } }), null);
      });
  const tls: buildConnector.BuildOptions = {
    minVersion: 'TLSv1.3',
    maxCachedSessions: 0,
    rejectUnauthorized: pin === null,
    ...(planted === null ? {} : { ca: [...rootCertificates] }),
  };
  const proxy = proxyTo(new URL(url).hostname);
  return new EnvHttpProxyAgent({
    bodyTimeout: silenceMs,
    headersTimeout: silenceMs,
    httpProxy: '',
    httpsProxy: proxy?.url ?? '',
    noProxy: proxy?.noProxy ?? '',
    connect: tls,
    requestTls: tls,
    factory: (origin, { connect, ...options }: Pool.Options) =>
      new Pool(origin, { ...options, connect: checked(typeof connect === 'function' ? connect : buildConnector(connect as typeof tls)) }),
  });
};

/** To a safe of any machine, by TLS 1.3. */
export const sendByTls = (address: SafeAddress, trust: Trust): Sender => {
  const dispatcher = dispatcherOf(address, trust);
  return async ({ path, ...sent }, signal) => (await request(`${address.url}${path}`, { ...sent, dispatcher, signal })).body;
};
