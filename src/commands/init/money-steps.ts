import * as z from 'zod';
import { said, trouble } from './said.ts';
import type { Step } from './step.ts';

const missing = z.object({ account: z.string(), missingUsd: z.string().nullable(), console: z.string().nullable() });
const grants = z.object({ items: z.array(z.object({ address: z.string(), may: z.array(z.string()) })) });
const request = z.object({ command: z.string(), console: z.string() });

const topUp = { command: 'credits topup', input: { show: true, cu: 1, ttl: '4h' } };
const ask = { command: 'authz request', input: {} };

export const fundingStep: Step = {
  name: 'funding',
  async look({ wish, call }) {
    if (wish.model === 'delegated') {
      const given = said(await call('authz ls', { received: true }), grants)?.items ?? [];
      if (given.length > 0)
        return {
          done: true,
          says: `${given.map(({ address }) => address).join(', ')} lets it rent VMs: --payer says who pays.`,
          orders: [],
        };
      const asked = await call('authz request');
      const answer = said(asked, request);
      return {
        done: false,
        says: answer === null ? (trouble(asked) ?? '') : `The owner runs, where the owner's key is: ${answer.command}`,
        orders: [],
        show: ask,
      };
    }
    const asked = await call(topUp.command, topUp.input);
    const answer = said(asked, missing);
    if (answer === null) return { done: false, says: trouble(asked) ?? '', orders: [] };
    const { account, missingUsd, console } = answer;
    if (Number(missingUsd) === 0) return { done: true, says: `${account} holds enough for 1 CU for 4 h.`, orders: [] };
    const sender =
      wish.model === 'allowance'
        ? `Whoever pays sends that much and no more, from an account with credits: aleph-agent credits allow ${account} USD`
        : `Tokens sent to the address itself become no credits`;
    return {
      done: false,
      says: `${account} lacks ${missingUsd} USD of credits for 1 CU for 4 h. ${sender}. Credits are bought at ${console}.`,
      orders: [],
      show: topUp,
    };
  },
};

/** The grant back to whoever gave the allowance: with it they end the VMs and take the credits back, whatever becomes of this machine. */
export const ownerStep: Step = {
  name: 'owner',
  async look({ wish, call }) {
    if (wish.model !== 'allowance') return null;
    const given = said(await call('authz ls'), grants)?.items ?? [];
    const back = given.find(({ may }) => may.some((each) => each.includes('grant back to an owner')));
    if (back !== undefined) return { done: true, says: `${back.address} can end the VMs and take the credits back.`, orders: [] };
    return {
      done: false,
      says: 'Nobody else can end the VMs or take the credits back if this machine is lost. It can be granted once the allowance has arrived.',
      orders: wish.owner === undefined ? [] : [{ command: 'authz grant', input: { address: wish.owner, own: true } }],
      optional: true,
    };
  },
  async ask({ call }, asker) {
    const held = said(await call(topUp.command, topUp.input), missing);
    if (held === null || Number(held.missingUsd) > 0) return {};
    const question = 'Who gave the allowance, and may take it back and end its VMs? (empty: later)';
    const address = (await asker.answer(question, { choices: null })).trim();
    return address === '' ? {} : { owner: address };
  },
};
