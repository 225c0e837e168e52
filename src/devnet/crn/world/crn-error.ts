/**
 * What a node answers instead of a result. `reason` is how aiohttp's exceptions with only a reason come out (`400: ...`), `text` is a plain
 * response that no middleware rewrites, `error` a body rewritten to `{"error": ...}` (protocol-crn.md 2.1).
 */
export class CrnError extends Error {
  readonly status: number;
  readonly body: string | Record<string, unknown>;

  constructor(status: number, body: string | Record<string, unknown>) {
    super(typeof body === 'string' ? body : String(body['error'] ?? status));
    this.status = status;
    this.body = body;
  }
}

export const jsonError = (status: number, error: string): CrnError => new CrnError(status, { error });

export const reasonError = (status: number, reason: string): CrnError => new CrnError(status, { error: `${status}: ${reason}` });

/** An exception that nobody caught: 500 with the class of the Python exception. */
export const unhandled = (error: string, type: string): CrnError => new CrnError(500, { error, error_type: `<class '${type}'>` });
