import * as z from 'zod';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { NodeInspection } from '../../../ports/network/nodes.ts';
import { type Ask, kib } from '../http/http.ts';
import { parsed, readJson } from '../http/read-json.ts';
import { runningCount } from './executions.ts';

const ipv6Check = z.object({ host: z.boolean(), vm: z.boolean().optional(), result: z.boolean().optional() });
const protocol = z.object({ egress: z.boolean(), dns: z.boolean(), domain: z.boolean() });
const hostCheck = z.object({ ipv4: protocol, ipv6: protocol });
const works = ({ egress, dns, domain }: z.output<typeof protocol>): boolean => egress && dns && domain;

/** Asks a node for its own checks and its public list (protocol-crn.md §2.3, §2.4), all at once. Nothing is thrown for one that misbehaves. */
export const inspectNode = async (ask: Ask, node: NodeRef, timeoutMs: number): Promise<NodeInspection> => {
  const question = { timeoutMs, connectMs: timeoutMs, limitBytes: 64 * kib };
  const [ipv6, host, running] = await Promise.all([
    ask(`${node.url}/status/check/ipv6`, question).then((answer) => readJson(answer, ipv6Check)),
    // 503 is its answer when one of them does not work
    ask(`${node.url}/status/check/host`, question).then((answer) =>
      answer.answered && (answer.status === 200 || answer.status === 503) ? parsed(answer.text, hostCheck) : null,
    ),
    runningCount(ask, node, timeoutMs),
  ]);
  return {
    ipv6: ipv6.kind === 'value' ? { host: ipv6.value.host, vm: ipv6.value.vm ?? ipv6.value.result ?? false } : null,
    host: host === null ? null : { ipv4: works(host.value.ipv4), ipv6: works(host.value.ipv6) },
    running,
  };
};
