import { expect, it } from 'vitest';
import type { Answered } from '../../../src/contract/declare/door.ts';
import { givenTask, seeTask } from '../../../src/surfaces/mcp/create-task.ts';
import { toolAnswer } from '../../../src/surfaces/mcp/tool-answer.ts';

it('W-016 a task that cannot be looked at says which VM it is about, though the failure came before that VM was read', async () => {
  const failed: Answered = { exit: 9, document: { ok: false, schema: 'failure@1', error: { code: 'KEY_LOCKED', retryable: false } } };
  const door = { call: async () => failed, now: () => 1795972324000 };
  const task = givenTask('vm_create.0123456789ab.1795972324000')!;
  const seen = await seeTask(door, task, { around: {}, answer: (answered) => toolAnswer(answered, () => null, []) });
  expect(seen).toMatchObject({
    status: 'completed',
    result: { isError: true, structuredContent: { code: 'KEY_LOCKED', facts: { id: '0123456789ab' } } },
  });
});
