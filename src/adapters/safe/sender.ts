/** A request to a safe. */
export interface Sent {
  method: 'GET' | 'POST';
  /** Begins with a slash. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** JSON; null for none. */
  body: string | null;
}

/**
 * Sends over a connection of which it is sure whose it is; nothing is written before. Resolves with the body as it comes. Fails with
 * `SAFE_UNREACHABLE` where nothing was sent, and with the connection's own error where it broke later.
 */
export type Sender = (sent: Sent, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

/** A safe says something, if only a heartbeat, at least this often, ms. */
export const silenceMs = 60_000;
