import { delimiter } from 'node:path';
import type { Surroundings, Untrusted } from '../../ports/host/surroundings.ts';
import { notRoots } from './not-roots.ts';
import { tlsProxy } from './proxied-fetch.ts';

/** What names certificates for Node, or for the OpenSSL in it. */
const certificates = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

interface Opened extends Surroundings {
  /** Is asked for each connection. */
  ownRootsAlone(): boolean;
  /** As `tlsProxy` has it. */
  proxyTo(host: string): ReturnType<typeof tlsProxy>;
}

export const openSurroundings = (env: Readonly<Record<string, string | undefined>>): Opened => {
  let alone = false;
  const given = (variable: string): string => (env[variable] ?? '').trim();
  const ofFiles = (variable: string): Untrusted | null => {
    const paths = variable === 'SSL_CERT_DIR' ? given(variable).split(delimiter) : [given(variable)];
    const [why = null] = paths.filter((path) => path !== '').flatMap((path) => notRoots(path) ?? []);
    return why === null ? null : { variable, why };
  };
  return {
    untrusted: () =>
      // it names no file: whoever started this process could have it load any code
      given('NODE_OPTIONS') === ''
        ? certificates.reduce<Untrusted | null>((found, variable) => found ?? ofFiles(variable), null)
        : { variable: 'NODE_OPTIONS', why: 'it can load code into this program and change how it checks certificates' },
    extraRoots: () => certificates.filter((variable) => given(variable) !== ''),
    trustOwnRootsAlone: () => {
      alone = true;
    },
    ownRootsAlone: () => alone,
    proxyTo: (host) => tlsProxy(env, host),
  };
};
