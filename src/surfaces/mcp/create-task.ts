import type { Answered, AnsweredDocument, Around } from '../../contract/declare/door.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { McpServing } from '../mcp-door.ts';
import type { ToolAnswer } from './tool-answer.ts';

/** The extension of the protocol by which a call may be answered with a task that the client asks about. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** A create that is on its way, in the extension's shape. The ledger keeps it as long as it keeps the VM. */
type TaskBase = {
  taskId: string;
  createdAt: string;
  lastUpdatedAt: string;
  ttlMs: null;
  pollIntervalMs: number;
};

export type CreateTask = TaskBase & { status: 'working'; statusMessage: string };

export type SeenTask = CreateTask | (TaskBase & { status: 'completed'; result: ToolAnswer & { resultType: 'complete' } });

const pollMs = 1000;

/** How long one look goes on with what is under way: a create moves while somebody waits for it, or gc runs. */
const lookSeconds = 15;

/** All that a look needs stands in the id, so that a task outlives the server that gave it. */
const idOf = (vm: string, createdAt: number): string => `vm_create.${vm}.${createdAt}`;

/** A task that was given, by its id alone. */
export interface GivenTask {
  taskId: string;
  vm: string;
  createdAt: number;
}

/** Reads the id of a task; null for one that is none of ours. */
export const givenTask = (taskId: string): GivenTask | null => {
  const [, vm, createdAt] = /^vm_create\.([0-9a-f]{12,64})\.(\d{13})$/.exec(taskId) ?? [];
  return vm === undefined ? null : { taskId, vm, createdAt: Number(createdAt) };
};

const baseOf = (taskId: string, createdAt: number, now: number): TaskBase => ({
  taskId,
  createdAt: formatInstant(createdAt),
  lastUpdatedAt: formatInstant(now),
  ttlMs: null,
  pollIntervalMs: pollMs,
});

/** The task of a create that outlived its call; null where the create is over, or was none. */
export const createTask = (document: AnsweredDocument, now: number): CreateTask | null => {
  const still =
    document.ok && document.schema === 'vm.create@1' ? document.warnings.find(({ code }) => code === 'STILL_WAITING') : undefined;
  if (!document.ok || still === undefined) return null;
  const { id } = document.data as { id: string };
  return { ...baseOf(idOf(id, now), now, now), status: 'working', statusMessage: still.message };
};

/** Goes on with a task for a while, and says where it is. One that failed is completed, with that failure. */
export const seeTask = async (
  { call, now }: Pick<McpServing, 'call' | 'now'>,
  { taskId, vm, createdAt }: GivenTask,
  { around, answer }: { around: Around; answer: (answered: Answered) => ToolAnswer },
): Promise<SeenTask> => {
  const answered = await call({ command: 'vm wait', input: { vm }, timeoutSeconds: lookSeconds }, around);
  const base = baseOf(taskId, createdAt, now());
  const { document } = answered;
  if (!document.ok && (document.error['code'] === 'STILL_WAITING' || document.error['retryable'] === true)) {
    return { ...base, status: 'working', statusMessage: String(document.error['message']) };
  }
  return { ...base, status: 'completed', result: { ...answer(about(vm, answered)), resultType: 'complete' } };
};

/** A failure that came before the VM was looked at says which VM it keeps from being looked at: that VM may run and bill. */
const about = (id: string, { document, exit }: Answered): Answered =>
  document.ok
    ? { document, exit }
    : { document: { ...document, error: { ...document.error, facts: { id, ...(document.error['facts'] as object | undefined) } } }, exit };
