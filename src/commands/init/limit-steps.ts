import { policyOutput } from '../../contract/outputs/policy-output.ts';
import { said } from './said.ts';
import type { Standing, Step, Wish, World } from './step.ts';

const policyOf = async ({ call }: World) => said(await call('policy show'), policyOutput);

const afterKey: Standing = { done: false, says: 'Once there is a key.', orders: [], optional: true };

/** Returns the limits that were wished and are not those that hold. */
const wanted = ({ maxVms, maxDay, maxTotal, askAbove }: Wish, holds: NonNullable<Awaited<ReturnType<typeof policyOf>>>) => ({
  ...(maxVms === undefined || maxVms === holds.maxVms ? {} : { maxVms }),
  ...(maxDay === undefined || Number(maxDay) === Number(holds.maxDayUsd) ? {} : { maxDay }),
  ...(maxTotal === undefined || Number(maxTotal) === Number(holds.maxTotalUsd) ? {} : { maxTotal }),
  ...(askAbove === undefined || Number(askAbove) === Number(holds.askAboveUsd) ? {} : { askAbove }),
});

export const limitsStep: Step = {
  name: 'limits',
  async look(world) {
    const policy = await policyOf(world);
    if (policy === null) return afterKey;
    const input = wanted(world.wish, policy);
    const { maxVms, maxDayUsd, maxTotalUsd, askAboveUsd } = policy;
    return {
      done: Object.keys(input).length === 0,
      says: `${maxVms} VMs at once, ${maxDayUsd} USD a day, ${maxTotalUsd} USD in all; a VM above ${askAboveUsd} USD needs approval.`,
      orders: Object.keys(input).length === 0 ? [] : [{ command: 'policy set', input }],
      show: { command: 'policy show', input: {} },
      offer: policy.version === 0,
    };
  },
  async ask(world, asker) {
    const policy = await policyOf(world);
    if (policy === null) return {};
    const { gives } = await asker.choose({
      message: 'Do these limits fit?',
      head: ['LIMITS'],
      start: 0,
      choices: [
        { cells: ['keep them'], about: 'aleph-agent policy set changes them later.', gives: {} },
        { cells: ['change them'], gives: { change: 'yes' } },
      ],
    });
    if (gives['change'] !== 'yes') return {};
    const ask = async (question: string, holds: string) =>
      (await asker.answer(`${question} (empty: ${holds})`, { choices: null })).trim() || holds;
    const maxVms = Number(await ask('VMs at once?', `${policy.maxVms}`));
    return {
      maxVms: Number.isInteger(maxVms) ? maxVms : policy.maxVms,
      maxDay: await ask('USD a day?', policy.maxDayUsd),
      maxTotal: await ask('USD in all, until you authorise more?', policy.maxTotalUsd),
      askAbove: await ask('Ask you above how many USD for one VM?', policy.askAboveUsd),
    };
  },
};

export const approverStep: Step = {
  name: 'approver',
  async look(world) {
    const policy = await policyOf(world);
    if (policy === null) return afterKey;
    if (policy.approver !== 'terminal') return { done: true, says: `${policy.approver} alone approves.`, orders: [] };
    const { approver } = world.wish;
    return {
      done: false,
      says: 'A person at a terminal of this machine approves: it stops mistakes, not a process that reads the key.',
      orders: approver === undefined ? [] : [{ command: 'policy approver set', input: { address: approver } }],
      optional: true,
    };
  },
  async ask(_world, asker) {
    const question = 'Address of a wallet, or of a key elsewhere, that alone approves? (empty: you, at this terminal)';
    const address = (await asker.answer(question, { choices: null })).trim();
    return address === '' ? {} : { approver: address };
  },
};
