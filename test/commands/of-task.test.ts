import { describe, expect, it } from 'vitest';
import { argumentsDigest } from '../../src/domain/text/arguments-digest.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { type CliRun, cli } from '../support/cli-world.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** One VM of task crunch and one of task web, and calls of anybody whose `--task` counts. */
const two = async () => {
  const t = await testContext();
  for (const [name, task] of [
    ['w1', 'crunch'],
    ['w2', 'web'],
  ] as const)
    await t.run(createVm(t.context, { name, task }));
  const call = (line: string): Promise<CliRun> =>
    t.run(
      cli(`${line} --json`, {
        consent: { take: async () => null },
        open: async ({ task, progress, warn, signal }): Promise<ChangeContext> => ({
          ...t.context,
          caller: { ...t.context.caller, task },
          progress,
          warn,
          signal,
        }),
      }),
    );
  return { t, call };
};
const itemsOf = (run: CliRun) => run.json().data['items'] as Record<string, unknown>[];
const namesOf = (run: CliRun) => itemsOf(run).map(({ name }) => name);
const statesOf = (t: TestContext) => t.vms().map(({ name, state }) => `${name} ${state}`);

describe('I-06: --task is who I am, --of-task chooses', () => {
  it('I-06 choosing the VMs of a task approves nothing, and the refusal names what works', async () => {
    const { t, call } = await two();
    const asked = await call('vm destroy --of-task crunch');
    expect(asked).toMatchObject({ exit: 10 });
    expect(asked.asked).toMatchObject([{ subject: { ids: [t.vms()[0]!.id] } }]);
    expect(asked.json().error?.message).toContain('VM w1 belongs to task crunch, and you call for no task');
    expect(asked.json().error?.message).toContain('--task crunch');
    expect(await call('vm destroy --of-task crunch --task web')).toMatchObject({ exit: 10 });
    expect(statesOf(t)).toEqual(['w1 healthy', 'w2 healthy']);
    expect(await call('vm destroy --of-task crunch --task crunch')).toMatchObject({ exit: 0 });
    expect(statesOf(t)).toEqual(['w1 terminated', 'w2 healthy']);
  });

  it('I-06 who I am chooses no VM, in any command', async () => {
    const { t, call } = await two();
    const nothing = await call('vm destroy --task crunch');
    expect(nothing.json().error).toMatchObject({ code: 'INPUT_MISSING', fix: { command: 'aleph-agent vm ls --of-task crunch' } });
    expect(namesOf(await call('vm ls --task crunch'))).toEqual(['w1', 'w2']);
    expect(namesOf(await call('vm ls --of-task crunch'))).toEqual(['w1']);
    expect(await call('vm destroy w2 --of-task web')).toMatchObject({ exit: 2 });
    expect(statesOf(t)).toEqual(['w1 healthy', 'w2 healthy']);
  });

  it('I-06 ledger, history and freeze choose in the same words', async () => {
    const { t, call } = await two();
    const rows = itemsOf(await call('ledger ls --of-task web'));
    expect(rows.length).toBeGreaterThan(3);
    expect(new Set(rows.map(({ task }) => task))).toEqual(new Set(['web']));
    await t.devnet.clock.advance(2 * 3600_000);
    const billed = itemsOf(await call('credits history --by task --of-task web'));
    expect(billed.map(({ key }) => key)).toEqual(['web']);
    const frozen = await call('freeze --destroy-all --of-task crunch');
    expect(frozen).toMatchObject({ exit: 10, asked: [{ subject: { ids: [t.vms()[0]!.id] } }] });
    expect((await call('freeze --of-task crunch')).json().error).toMatchObject({ code: 'USAGE', sideEffects: 'partial' });
  });

  it('I-06 what was approved for "vm destroy --task NAME" in 0.1.0 is still approved', () => {
    const choice = { vms: [], expired: false, all: false };
    expect(argumentsDigest('vm destroy', { ...choice, ofTask: 'web' })).toBe(argumentsDigest('vm destroy', { ...choice, task: 'web' }));
  });
});
