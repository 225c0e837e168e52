import type { Answered, AnsweredDocument, Around, Order } from '../../contract/declare/door.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { McpServing } from '../mcp-door.ts';

/** An order whose time is known. */
export type TimedOrder = Order & { timeoutSeconds: number };

/**
 * Makes a VM and waits for it, in the time that one call has: whoever waits longer than that gets the VM's handle, and `vm_wait` goes on. A
 * create that fails while it is waited for fails here.
 */
export const createVm = async ({ call, now }: Pick<McpServing, 'call' | 'now'>, order: TimedOrder, around: Around): Promise<Answered> => {
  const { wait = true, ...input } = order.input;
  if (wait !== true || order.dryRun === true) return call(order, around);
  const startedAt = now();
  const created = await call({ ...order, input: { ...input, wait: false } }, around);
  if (!created.document.ok) return created;
  const made = created.document.data as { id: string; state: string };
  if (made.state === 'healthy') return created;
  const left = order.timeoutSeconds - (now() - startedAt) / 1000;
  const waited = await call({ command: 'vm wait', input: { vm: made.id }, timeoutSeconds: Math.max(1, left) }, around);
  if (!waited.document.ok) return toldOfTheVm(waited.document) ? waited : handleOf(created, waited);
  const reached = waited.document.data as Record<string, unknown>;
  const data = Object.fromEntries(Object.entries(made).map(([key, value]) => [key, reached[key] ?? value]));
  return { ...created, document: { ...created.document, data, warnings: bothOf(created.document.warnings, waited.document.warnings) } };
};

/** Codes by which a wait was not made, or not to its end: they tell nothing of the VM, which was made. */
const notWaited: ReadonlySet<string> = new Set<FailureCode>([
  'STILL_WAITING',
  'SAFE_BUSY',
  'SAFE_UNREACHABLE',
  'SAFE_VERSION',
  'AGENT_REFUSED',
  'INTERRUPTED',
  'VM_BUSY',
]);

const toldOfTheVm = ({ error }: Extract<AnsweredDocument, { ok: false }>): boolean => !notWaited.has(String(error['code']));

type Warnings = Extract<AnsweredDocument, { ok: true }>['warnings'];

const bothOf = (first: Warnings, then: Warnings): Warnings => [
  ...first,
  ...then.filter(({ code, message }) => !first.some((told) => told.code === code && told.message === message)),
];

/** What was made, and that it is still on its way. */
const handleOf = (created: Answered, { document }: Answered): Answered => {
  if (!created.document.ok || document.ok) return created;
  const { state } = document.error['facts'] as { state?: string };
  const data = { ...(created.document.data as object), ...(state === undefined ? {} : { state }) };
  const still = { code: 'STILL_WAITING', message: String(document.error['message']) };
  return { ...created, document: { ...created.document, data, warnings: [...created.document.warnings, still] } };
};
