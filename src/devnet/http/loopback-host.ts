/** True for a `Host` header that names this machine: what a page elsewhere cannot make a browser send, names rebound to loopback included. */
export const isLoopbackHost = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);

/** Tells whether a page of some other site sent this: browsers name it in `Origin`, or say `null` of what has none. */
export const isForeignOrigin = (origin: string | null): boolean =>
  origin !== null && !(URL.canParse(origin) && isLoopbackHost(new URL(origin).host));
