import { isDeepStrictEqual } from 'node:util';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import type { PageAbout, PageApproval } from '../../contract/declare/door.ts';
import type { OwnersPage, ServedPage } from '../page-door.ts';

const about = z.strictObject({
  network: z.string(),
  networkId: z.string().nullable(),
  account: z.string().nullable(),
  payer: z.string().nullable(),
  task: z.string().nullable(),
});
const body = z.strictObject({ about, readOnly: z.boolean() });

/** So often a line goes out while nothing happens, ms: who hears nothing for a minute takes the safe for gone. */
const heartbeatMs = 15_000;

interface Pages {
  /** What the safe's pages show. */
  about: PageAbout;
  /** Closes all pages. Resolves with how many. */
  closeAll(): Promise<number>;
  open(
    readOnly: boolean,
  ): Promise<Pick<ServedPage, 'until' | 'opened' | 'over'> & { url: string; approvesBy: PageApproval; close(): Promise<void> }>;
  every(ms: number, task: () => void): () => void;
}

/**
 * What a safe answers to its owner at a socket of the owner's own: a page, for whose link the owner's call waits until it is used. The page
 * of a call that went away before is closed. 409 where the safe's pages show something else than the call is about.
 */
export const ownersApp = ({ about: shown, closeAll, open, every }: Pages) =>
  new Hono()
    .use('*', bodyLimit({ maxSize: 4096 }))
    .post('/close', async () => Response.json({ closed: await closeAll() } satisfies OwnersPage))
    .post('/pages', async ({ req }) => {
      const wish = body.safeParse(await req.json().catch(() => null));
      if (!wish.success) return Response.json({}, { status: 400 });
      if (!isDeepStrictEqual(wish.data.about, about.parse(shown))) return Response.json({}, { status: 409 });
      const { url, until, approvesBy, opened, over, close } = await open(wish.data.readOnly);
      const encoder = new TextEncoder();
      let settled = false;
      let stop = (): void => {};
      const lines = new ReadableStream<Uint8Array>({
        start(controller) {
          const tell = (line: OwnersPage): void => controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
          stop = every(heartbeatMs, () => tell({}));
          const settle = (wasOpened: boolean): void => {
            if (settled) return;
            settled = true;
            stop();
            tell({ opened: wasOpened });
            controller.close();
          };
          tell({ page: { url, until, approvesBy } });
          void opened.then(() => settle(true));
          void over.then(() => settle(false));
        },
        async cancel() {
          stop();
          if (settled) return;
          settled = true;
          await close();
        },
      });
      return new Response(lines, { headers: { 'content-type': 'application/x-ndjson' } });
    });
