import { Failure } from '../../domain/failure/failure.ts';
import type { PageDoor } from '../page-door.ts';
import type { Asked } from './ask-by-code.ts';
import type { PageSession } from './page-session.ts';

/** What the page hears without asking. */
export type PageEvent =
  | { type: 'hello' | 'heartbeat' | 'changed' | 'settled' | 'over' }
  | ({ type: 'asked' } & Asked)
  /** What became of an approval whose code was typed. */
  | { type: 'outcome'; said: string };

/** How often the ledger is looked at, and a heartbeat sent, ms. */
const lookMs = 1_500;
const heartbeatMs = 15_000;

/** Streams at once: tabs of one session. A browser holds six connections to one host, and calls need some of them. */
const mostStreams = 4;

/** Tells every open stream of the page what happens, a line of JSON each. */
export const pageEvents = (door: Pick<PageDoor, 'every' | 'mark'>, { closed }: Pick<PageSession, 'closed'>, asked: () => Asked | null) => {
  const listeners = new Set<(event: PageEvent) => void>();
  const tell = (event: PageEvent): void => listeners.forEach((listen) => void listen(event));
  let seen: string | null = null;
  const look = (): void => {
    if (listeners.size === 0) return;
    const before = seen;
    try {
      seen = door.mark();
    } catch {
      // busy for a moment; the next look sees it
      return;
    }
    if (before !== null && before !== seen) tell({ type: 'changed' });
  };
  const stops = [door.every(lookMs, look), door.every(heartbeatMs, () => tell({ type: 'heartbeat' }))];
  closed.addEventListener('abort', () => {
    for (const stop of stops) stop();
    tell({ type: 'over' });
  });
  /** `PAGE_REFUSED` where there are too many: for a moment only, as a tab that was reloaded may seem open still. */
  const stream = (): Response => {
    if (listeners.size >= mostStreams) {
      throw new Failure('PAGE_REFUSED', `The page is open in ${mostStreams} tabs already.`, { sideEffects: 'none', retryAfterSeconds: 2 });
    }
    const encoder = new TextEncoder();
    let leave = (): void => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const listen = (event: PageEvent): void => {
          try {
            controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
            if (event.type === 'over') controller.close();
          } catch {
            // the tab is gone
            leave();
          }
          if (event.type === 'over') leave();
        };
        leave = () => listeners.delete(listen);
        listeners.add(listen);
        listen({ type: 'hello' });
        // who reloads the page while a code is asked for goes on with it
        const open = asked();
        if (open !== null) listen({ type: 'asked', ...open });
      },
      cancel: () => leave(),
    });
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
  };
  return { tell, stream };
};
