import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { Forward } from '../../../domain/reach/forwards.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { type Ask, mib } from '../http/http.ts';
import { aggregateOf, aggregatePath } from '../http/official-aggregates.ts';
import { parsed } from '../http/read-json.ts';
import { checked, contentTime, evmAddress } from '../messages/instance-content.ts';

const shape = z.object({ 'port-forwarding': z.record(z.string(), z.unknown()).nullish() });
const flags = z.object({ tcp: z.boolean().nullish(), udp: z.boolean().nullish() });
const entryShape = z.object({ ports: z.record(z.string(), z.unknown()) });
const reading = { nothing: [404], limitBytes: 2 * mib };
const key = 'port-forwarding';

/** Hosts pass messages on within seconds. */
const agreeWithinMs = 15_000;

/** What each host answers of the owner's forwards. */
const fromEach = (ccn: CcnHosts, owner: string) =>
  Promise.all(ccn.hosts.map((host) => ccn.from(host, aggregatePath(owner, key), aggregateOf(owner, shape), reading)));

/**
 * Is there a forward for this VM on its owner's aggregate? One host that has it is enough, because another may not have heard of it yet. What
 * was deleted stays as null (protocol-ccn.md §6.2, §7.2).
 */
export const hasForwards = async (ccn: CcnHosts, owner: string, id: string): Promise<boolean> => {
  const answers = await fromEach(ccn, owner);
  return answers.some((answer) => answer.kind === 'value' && (answer.value.data[key]?.[id] ?? null) !== null);
};

/** Ports that are none are left out: nodes of the first generation would fail on them. */
const forwardsIn = (entry: unknown): Forward[] =>
  Object.entries(entryShape.safeParse(entry).data?.ports ?? {})
    .filter(([port]) => /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535)
    .map(([port, value]) => {
      const flag = flags.safeParse(value).data;
      return { port: Number(port), tcp: flag?.tcp === true, udp: flag?.udp === true };
    })
    .filter(({ tcp, udp }) => tcp || udp)
    .sort((a, b) => a.port - b.port);

/**
 * What the owner asks for, by the word of every host that answers. An entry is replaced as a whole, so writing on top of an old one
 * would lose what was just written: hosts that disagree are asked again until they agree.
 */
export const forwards = async (
  { ccn, clock, signal }: { ccn: CcnHosts; clock: Clock; signal?: AbortSignal | undefined },
  owner: string,
  id: string,
): Promise<Forward[]> => {
  const giveUpAt = clock.now() + agreeWithinMs;
  for (;;) {
    const answers = await fromEach(ccn, owner);
    const wanted = answers.flatMap((answer) => {
      if (answer.kind === 'value') return [forwardsIn(answer.value.data[key]?.[id])];
      return answer.kind === 'status' && answer.status === 404 ? [[]] : [];
    });
    const [first] = wanted;
    if (first === undefined)
      throw new Failure('NETWORK_UNAVAILABLE', `No CCN host gives a usable answer about the forwards of ${shortId(id)}.`);
    if (wanted.every((one) => JSON.stringify(one) === JSON.stringify(first))) return first;
    if (clock.now() >= giveUpAt)
      throw new Failure('NETWORK_ANSWER_INVALID', `The CCN hosts do not agree on the forwards of ${shortId(id)}.`);
    await clock.wait(1_000, signal);
  }
};

const content = z.strictObject({
  address: evmAddress,
  key: z.literal(key),
  time: contentTime,
  content: z.record(
    z.string().regex(/^[0-9a-f]{64}$/),
    z
      .strictObject({ ports: z.record(z.string().regex(/^[1-9]\d{0,4}$/), z.strictObject({ tcp: z.boolean(), udp: z.boolean() })) })
      .nullable(),
  ),
});

/** The whole entry of one VM, null where nothing is left of it. Nodes of the first generation need both flags of every port (protocol-crn.md §5.2). */
export const forwardsContent = (order: {
  owner: string;
  id: string;
  forwards: readonly Forward[];
  at: number;
}): z.output<typeof content> => {
  const ports = Object.fromEntries(order.forwards.map(({ port, tcp, udp }) => [String(port), { tcp, udp }]));
  const entry = order.forwards.length === 0 ? null : { ports };
  return checked('AGGREGATE', content, { address: order.owner, key, time: order.at / 1000, content: { [order.id]: entry } });
};

/** `POST /control/machine/{id}/update`, which takes no signature (protocol-crn.md §2.8). */
export const rereadForwards = async (
  ask: Ask,
  node: NodeRef,
  id: string,
  timeoutMs: number,
): Promise<'done' | 'waiting' | 'absent' | 'failed' | 'unreachable'> => {
  const answer = await ask(`${node.url}/control/machine/${id}/update`, { method: 'POST', timeoutMs, connectMs: timeoutMs });
  if (!answer.answered) return 'unreachable';
  if (answer.status === 404) return 'absent';
  if (answer.status !== 200) return 'failed';
  const body = parsed(answer.text, z.object({ msg: z.string().nullish().catch(null) }));
  return body?.value.msg === 'VM not starting yet' ? 'waiting' : 'done';
};
