import * as z from 'zod';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { Signer } from '../../../ports/keys/keys.ts';
import type { ConsoleLog } from '../../../ports/network/console-log.ts';
import { type Ask, mib } from '../http/http.ts';
import { parsed } from '../http/read-json.ts';
import { operatorHeaders } from './operator-headers.ts';

const limitBytes = 16 * mib;
const lines = z.array(z.object({ MESSAGE: z.string(), __REALTIME_TIMESTAMP: z.unknown().optional() }));

/** ISO text on 1.x, or journald's microseconds. What is no time is none. */
const timeOf = (value: unknown): number | null => {
  const digits = typeof value === 'number' || (typeof value === 'string' && /^\d{13,17}$/.test(value)) ? Number(value) / 1000 : null;
  const ms = digits ?? (typeof value === 'string' ? Date.parse(value) : Number.NaN);
  return Number.isFinite(ms) && ms > 0 && ms < 1e14 ? Math.round(ms) : null;
};

/**
 * A VM's console from its node, where there is a record of it still, past runs included (protocol-crn.md §2.8). One JSON array of
 * journal entries; nodes of the second generation give the last 10,000 lines.
 */
export const consoleLog = async (
  ask: Ask,
  node: NodeRef,
  id: string,
  signing: { signer: Signer; at: number },
  timeoutMs: number,
): Promise<ConsoleLog> => {
  const path = `/control/machine/${id}/logs`;
  const headers = await operatorHeaders({ ...signing, method: 'GET', path, domain: new URL(node.url).hostname });
  const answer = await ask(`${node.url}${path}`, { headers, timeoutMs, connectMs: timeoutMs, limitBytes });
  if (!answer.answered) return { answer: answer.why === 'tooLarge' ? 'tooLong' : 'unreachable' };
  if (answer.status === 404) return { answer: 'absent' };
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) return { answer: 'refused' };
  const found = answer.status === 200 ? parsed(answer.text, lines) : null;
  if (found === null) return { answer: 'unreachable' };
  return {
    answer: 'log',
    lines: found.value.map((entry) => ({ at: timeOf(entry.__REALTIME_TIMESTAMP), untrustedText: entry.MESSAGE })),
  };
};
