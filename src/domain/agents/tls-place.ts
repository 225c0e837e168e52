/** Where a safe listens by TLS. */
export interface TlsPlace {
  /** Without the brackets of an IPv6 address. */
  host: string;
  port: number;
}

/** Reads `HOST:PORT`, like `127.0.0.1:8443`, `[::1]:8443` or `safe.example:8443`; null for anything else. */
export const readTlsPlace = (text: string): TlsPlace | null => {
  const [, port = ''] = /^(?:\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (port === '' || !URL.canParse(`https://${text}`)) return null;
  const { hostname } = new URL(`https://${text}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
};

/** All addresses of the machine: one listens there, and nobody can be told to come there. */
export const isEverywhere = ({ host }: TlsPlace): boolean => host === '0.0.0.0' || host === '::';

/** `https://host:port`, as an invitation has it. */
export const urlOfPlace = ({ host, port }: TlsPlace): string =>
  new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`).origin;

/** Reads `https://host[:port]` as an invitation has it; null for anything else. */
export const readPublicUrl = (text: string): string | null => {
  if (!URL.canParse(text)) return null;
  const { origin, href, protocol } = new URL(text);
  return protocol === 'https:' && href === `${origin}/` ? origin : null;
};
