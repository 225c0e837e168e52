import { Failure } from '../../domain/failure/failure.ts';

type Fetch = typeof globalThis.fetch;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `fetch` through the proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, small letters first, as curl has it);
 * the one given where it names none. What is on this machine is never asked through one. TLS is between us and the host: a proxy
 * sees names and sizes, and cannot answer for anybody. `USAGE` for a value that is no http URL. Where `ownRootsAlone` says so, only those
 * root certificates count that this program's Node brings along, whatever the environment adds.
 */
export const proxiedFetch = (environment: Environment, direct: Fetch, ownRootsAlone: () => boolean): Fetch => {
  const proxies = { 'https:': proxyIn(environment, 'https_proxy'), 'http:': proxyIn(environment, 'http_proxy') };
  const noProxy = noProxyIn(environment);
  const through = new Map<string, Promise<Fetch>>();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = isHere(url.hostname) ? null : (proxies[url.protocol as keyof typeof proxies] ?? null);
    const alone = url.protocol === 'https:' && ownRootsAlone();
    if (proxy === null && !alone) return direct(input, init);
    const way = `${alone} ${proxy}`;
    const known = through.get(way) ?? byLibrary({ proxy, noProxy, alone });
    through.set(way, known);
    return (await known)(input, init);
  };
};

/** The proxy for TLS connections to a host, with the hosts that are asked without one (`NO_PROXY`); null for none. `USAGE` as above. */
export const tlsProxy = (environment: Environment, host: string): { url: string; noProxy: string } | null => {
  const url = isHere(host) ? null : proxyIn(environment, 'https_proxy');
  return url === null ? null : { url, noProxy: noProxyIn(environment) };
};

interface Way {
  proxy: string | null;
  noProxy: string;
  /** Whether the program's own root certificates count alone. */
  alone: boolean;
}

/** The library loads where it is needed: its own fetch, since the one of Node does not take agents of another version. */
const byLibrary = async ({ proxy, noProxy, alone }: Way): Promise<Fetch> => {
  const { Agent, EnvHttpProxyAgent, fetch } = (await import('undici')).default;
  const roots = alone ? { ca: [...(await import('node:tls')).rootCertificates] } : {};
  const tls = { ...roots, rejectUnauthorized: true };
  const agent =
    proxy === null
      ? new Agent({ connect: tls })
      : new EnvHttpProxyAgent({ httpProxy: proxy, httpsProxy: proxy, noProxy, requestTls: tls, connect: tls });
  const ask = fetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  return (input, init) => ask(input, { ...init, dispatcher: agent });
};

const isHere = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

const variable = (environment: Environment, name: string): string | null => environment[name] || environment[name.toUpperCase()] || null;

const noProxyIn = (environment: Environment): string => variable(environment, 'no_proxy') ?? '';

/** What stands there may hold a password, so it is not repeated. */
const proxyIn = (environment: Environment, name: string): string | null => {
  const text = variable(environment, name);
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url.href;
  const found = url === null ? 'no URL' : `a ${url.protocol}// one`;
  throw new Failure(
    'USAGE',
    `${name.toUpperCase()} is not right: it takes an http or https URL like http://proxy.example:3128, and holds ${found}.`,
  );
};
