import { request } from 'node:http';
import type { WireAnswer } from '../../ports/host/proving-ground.ts';

const answerOf = (text: string): WireAnswer => {
  try {
    const { ok, error } = JSON.parse(text) as { ok?: unknown; error?: { code?: unknown } };
    return ok === true ? 'ok' : String(error?.code ?? 'none');
  } catch {
    return 'none';
  }
};

/** One call at a safe's socket as any program makes it that has a token: no client of ours stands between. */
export const tellSafe = (socketPath: string, token: string, body: unknown): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'safe', authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request({ socketPath, method: 'POST', path: '/v1/call', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve(answerOf(text)));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
