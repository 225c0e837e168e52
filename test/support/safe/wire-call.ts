import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { OpenLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { secretHash } from '../../../src/domain/agents/invitation.ts';
import { letManyIn } from '../let-in.ts';

export interface WireAnswer {
  ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of all commands
  data: any;
  error: { code: string; sideEffects: string };
}

/** The token of an agent that `letInWithToken` let in. */
export const tokenOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

/** Lets an agent in that is called for over the wire, without a home of its own. */
export const letInWithToken = (ledger: OpenLedger, name: string, wish: Parameters<typeof letManyIn>[2]): void =>
  letManyInWithTokens(ledger, [name], wish);

export const letManyInWithTokens = (ledger: OpenLedger, names: readonly string[], wish: Parameters<typeof letManyIn>[2]): void => {
  letManyIn(ledger, names, wish);
  ledger.write('agents.set', (row) => {
    for (const name of names) row.putAgent({ ...row.agent(name)!, token: secretHash(tokenOf(name)) });
  });
};

/**
 * One call of this agent at a safe's socket, as any program makes it. Rejects where the safe ends, or lets go of the connection, before it
 * answers.
 */
export const wireCall = (socketPath: string, agent: string, body: unknown): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'safe', authorization: `Bearer ${tokenOf(agent)}`, 'content-type': 'application/json' };
    const sent = request({ socketPath, method: 'POST', path: '/v1/call', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (text.startsWith('{')) resolve(JSON.parse(text) as WireAnswer);
        else reject(new Error(`the safe answered ${response.statusCode} "${text}"`));
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
