import { createHash } from 'node:crypto';
import { Failure } from '../failure/failure.ts';
import { human } from '../suggest/fix.ts';

/** How an agent reaches its safe. */
export interface SafeAddress {
  /** `unix:/path`, or `https://host:port`. */
  url: string;
  /** SHA-256 of the public key (SPKI) of the safe's own certificate, hex; null over a socket, and where name and chain are checked instead. */
  pin: string | null;
  /** The user that owns the socket and its folder; null over TLS. */
  uid: number | null;
}

/** The ways into a safe: by the socket from its own machine, by TLS from any. */
export const safeWays = ['socket', 'tls'] as const;

export type SafeWay = (typeof safeWays)[number];

/** How agents reach a safe, by each way; null where it is not served by TLS. */
export interface SafeAddresses {
  socket: SafeAddress;
  tls: SafeAddress | null;
}

/** The address for an invitation: by the way that is asked for, otherwise by TLS where the safe is served so. `USAGE` where it is not. */
export const invitedTo = ({ socket, tls }: SafeAddresses, way: SafeWay | undefined): SafeAddress => {
  if (way === 'tls' && tls === null) {
    throw new Failure('USAGE', '--via tls is not right: this safe was last served at its socket alone.', {
      sideEffects: 'none',
      fix: human('Serve it with --listen, and invite then.', 'serve', { help: true }),
    });
  }
  return way === 'socket' ? socket : (tls ?? socket);
};

/** What an owner hands to an agent: good for one join, within an hour. */
export interface Invitation extends SafeAddress {
  agent: string;
  code: string;
}

export const invitationMs = 3_600_000;

const mark = 'aleph-agent-invitation-';

/** What the ledger keeps of a token or an invitation's code. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** An invitation as one word, to be pasted. */
export const invitationText = (invitation: Invitation): string => `${mark}${Buffer.from(JSON.stringify(invitation)).toString('base64url')}`;

const isAddress = ({ url, pin, uid }: Record<string, unknown>): boolean => {
  if (typeof url !== 'string') return false;
  const overSocket = /^unix:\/[^\0]{1,100}$/.test(url) && pin === null && Number.isSafeInteger(uid);
  const overTls = URL.canParse(url) && new URL(url).origin === url && url.startsWith('https://') && uid === null;
  return overSocket || (overTls && (pin === null || /^[0-9a-f]{64}$/.test(String(pin))));
};

/** Reads an invitation. `USAGE` for anything else; what was pasted is not repeated, because it may be a secret. */
export const readInvitation = (pasted: string): Invitation => {
  const text = pasted.trim();
  try {
    const read = JSON.parse(Buffer.from(text.slice(mark.length), 'base64url').toString()) as Record<string, unknown>;
    const { url, pin, uid, agent, code, ...rest } = read;
    const whole =
      text.startsWith(mark) && Object.keys(rest).length === 0 && typeof agent === 'string' && /^[0-9a-f]{40}$/.test(String(code));
    if (whole && isAddress(read)) return { url, pin, uid, agent, code } as Invitation;
  } catch {
    // falls through: what cannot be read is no invitation
  }
  throw new Failure('USAGE', 'This is no invitation of a safe.', {
    sideEffects: 'none',
    fix: human(`Paste the whole word that the owner got; it begins with ${mark}.`),
  });
};
