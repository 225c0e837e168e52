import type { Failure, Fix } from '../domain/failure/failure.ts';
import type { FailureCode } from '../domain/failure/failure-codes.ts';
import { agent, helpOf, human } from '../domain/suggest/fix.ts';

const waiting = agent('Repeat the same call after retryAfterSeconds.');
const takeOver = human('A person who knows why decides whether this ledger goes on.', 'ledger take-over');
const anotherLedger = human('Move the ledger away: `ledger reconcile` rebuilds it from the network, `ledger take-over` lets it spend.');
const anew = agent('Make the same call again: it plans anew.');

/** Fixes by code, for codes whose exit code alone would say too little or the wrong thing. */
const byCode: Partial<Record<FailureCode, Fix>> = {
  VM_NOT_FOUND: agent('See which VMs there are.', 'vm ls', { all: true }),
  OPERATION_NOT_FOUND: agent('See which operations there are.', 'ledger ls'),
  IMAGE_NOT_FOUND: agent('Take an image that the network has.', 'vm create', { help: true }),
  APPROVAL_NOT_FOUND: agent('Make the call that needs it: its answer names the approval.'),
  APPROVAL_EXPIRED: agent('Make the call without --approval: where a person must approve, its answer names a new approval.'),
  TOKENS_SHORT: human('Send the tokens, and ETH for the fee, to the address of this key.', 'keys show'),
  CHAIN_UNFIT: human('Mend what the message names, or use another EVM node, then make the call again.'),
  FEE_TOO_HIGH: human('Wait until the chain is cheaper, or allow more with --max-fee.'),
  TOPUP_FAILED: human('Find out why, then make the call again: it needs a new approval.'),
  FROZEN: human('Whoever approves ends the freeze.', 'thaw'),
  POLICY_UNSEALED: human('Let the approver seal the policy.', 'policy approver show'),
  AMBIGUOUS_ID: agent('Name exactly one: all of its digits, or its name.'),
  PRICE_CEILING: agent('Take a smaller size, a shorter --ttl or a higher ceiling.', 'credits prices'),
  LEDGER_OTHER: takeOver,
  LEDGER_ROLLED_BACK: takeOver,
  LEDGER_BROKEN: anotherLedger,
  LEDGER_UNREADABLE: anotherLedger,
  CONFIDENTIAL_UNSUPPORTED: human(
    "Make it with Aleph's official CLI (aleph-client: aleph instance confidential), or take a VM without --confidential.",
  ),
  DECLINED: human('Nothing needs mending. Whoever wants it after all makes the same call again.'),
  NOT_OURS: human('Leave it alone: it is not of this ledger.'),
  RATE_LIMITED: waiting,
  COOL_DOWN: waiting,
  BREAKER_OPEN: waiting,
  PRICE_MOVED: anew,
  PLAN_MOVED: anew,
  REQUEST_ID_CONFLICT: agent('Take a new request id for new arguments, or repeat those of the first call.'),
  NETWORK_REJECTED: agent('See what the network answered; the same call would be rejected again.', 'ledger ls'),
  CREATE_FAILED: agent('Nothing is left of it: make the call again, with another --crn where one was named.'),
  INTERRUPTED: agent('See what came of it, then make the same call again.', 'status'),
  KEY_LOCKED: human('Give the right passphrase with --passphrase-file FILE.'),
};

/** The fix for a failure that names none itself: by its code, else by its exit code. */
export const usualFix = (failure: Failure, command: string | null): Fix => {
  const byExit: Readonly<Record<number, Fix>> = {
    1: human('Report it, with what --debug prints.'),
    2: helpOf(command, 'See what it takes.'),
    3: helpOf(command, 'Look it up, then name what is there.'),
    4: human('Stay within the policy, or ask its owner to change it.', 'policy show'),
    5: human('Send credits to the account, or buy some with tokens.', 'credits topup', { show: true }),
    6: agent('Repeat the same call later.'),
    7: agent('Read the present state, then decide again.'),
    8: agent('Go on until nothing is left.', 'gc', { execute: true }),
    9: human('Choose or make a key for this network.', 'keys ls'),
  };
  return byCode[failure.code] ?? byExit[failure.exit] ?? agent('See the message.');
};
