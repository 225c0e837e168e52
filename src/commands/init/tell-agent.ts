import type { Wish } from './step.ts';

/** The words for an agent that can run commands: where it reads how, and what it may not. */
export const tellAgent = (model: Wish['model'], network: string): string =>
  [
    'You may rent virtual machines on Aleph Cloud with the command aleph-agent.',
    'Read "aleph-agent skill get core" once before you use it, and "aleph-agent status --json" first each time.',
    'Limits hold whatever you do; where it says that a person must approve, tell me the command and wait.',
    'Destroy what you made when you are done.',
    ...(model === 'delegated' ? ['Add --payer with the address of the account that pays.'] : []),
    ...(network === 'mainnet' ? [] : [`Add --network ${network} to every call.`]),
  ].join(' ');
