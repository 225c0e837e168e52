/** Exit codes, as conventions.md §2 has them. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  creditsShort: 5,
  unavailable: 6,
  conflict: 7,
  partial: 8,
  auth: 9,
  approvalNeeded: 10,
  unknownOutcome: 11,
  execFailed: 125,
  interrupted: 130,
} as const;

interface CodeMeaning {
  exit: number;
  /** The same call may be repeated safely and may then succeed. */
  retryable: boolean;
  meaning: string;
}

const code = (exit: keyof typeof exitCodes, retryable: boolean, meaning: string): CodeMeaning => ({
  exit: exitCodes[exit],
  retryable,
  meaning,
});

/** Every way in which a command can end badly. Codes are stable within a major version. */
export const failureCodes = {
  INTERNAL: code('internal', false, 'A bug of ours. Nothing more is known; run with --debug for the stack.'),
  USAGE: code('usage', false, 'A flag, argument or value is wrong. Nothing was sent.'),
  INPUT_MISSING: code('usage', false, 'A value is missing and nobody can be asked.'),
  CONFIG_INVALID: code('usage', false, 'A settings, policy or network file holds something that does not belong there.'),
  KEY_EXISTS: code('usage', false, 'A key with this name is there already; keys are never overwritten.'),
  KEY_INVALID: code('usage', false, 'What was given is not a private key or keystore that can be read.'),
  VM_NOT_FOUND: code('notFound', false, 'No VM with this name or id.'),
  NODE_NOT_FOUND: code('notFound', false, 'No CRN with this hash, URL or name.'),
  KEY_NOT_FOUND: code('notFound', false, 'No key with this name.'),
  APPROVAL_NOT_FOUND: code('notFound', false, 'No approval with this id.'),
  OPERATION_NOT_FOUND: code('notFound', false, 'No operation or ledger entry with this id.'),
  CODE_NOT_FOUND: code('notFound', false, 'No such failure code or command.'),
  DEVNET_NOT_RUNNING: code('notFound', false, 'No devnet runs in this home.'),
  IMAGE_NOT_FOUND: code('notFound', false, 'The image is not one that the network has.'),
  POLICY_REFUSED: code('refused', false, 'The policy does not allow this change to be made by an agent.'),
  TOO_MANY_VMS: code('refused', false, 'The policy allows no more VMs at once.'),
  TTL_TOO_LONG: code('refused', false, 'The policy allows no lifetime as long as this.'),
  BURN_LIMIT: code('refused', false, 'All VMs together would cost more per hour than the policy allows.'),
  DAY_LIMIT: code('refused', false, 'The spending limit of this UTC day would be passed.'),
  TOTAL_LIMIT: code('refused', false, 'The spending limit until a person re-authorises would be passed.'),
  SIZE_LIMIT: code('refused', false, 'The VM is larger than the policy allows.'),
  BALANCE_GUARD: code('refused', false, 'The sum that always stays in the account would be touched.'),
  PRICE_CEILING: code('refused', false, 'The VM costs more than --max-hourly or --max-total allow.'),
  APPROVAL_EXPIRED: code('refused', false, 'The approval was used, denied or has expired.'),
  DECLINED: code('refused', false, 'The person at the terminal said no.'),
  NOT_OURS: code('refused', false, 'The VM is not marked as ours, or belongs to another account.'),
  CREDIT_RESERVE_SHORT: code('creditsShort', false, 'The account holds less than 24 h of its burn plus the VMs until their expiry.'),
  CREDITS_SHORT: code('creditsShort', false, 'The network refused the VM for lack of credits.'),
  RATE_LIMITED: code('unavailable', true, 'Too many VMs were created within a minute.'),
  COOL_DOWN: code('unavailable', true, 'A pause after a failed create.'),
  BREAKER_OPEN: code('unavailable', true, 'Three creates failed in a row; creation pauses, then one trial is let through.'),
  NETWORK_UNAVAILABLE: code('unavailable', true, 'No configured CCN host answers.'),
  NETWORK_ANSWER_INVALID: code('unavailable', true, 'A host of the network answered something that is not what it should be.'),
  NODE_UNAVAILABLE: code('unavailable', true, 'No suitable CRN is free or answers.'),
  PRICE_UNREADABLE: code('unavailable', true, 'The price could not be read from two hosts, or lies out of bounds. Nothing is spent.'),
  BALANCE_UNREADABLE: code('unavailable', true, 'Balance, burn or history could not be read. Nothing is spent.'),
  CLOCK_UNTRUSTED: code(
    'unavailable',
    false,
    'The local clock disagrees with the network or the ledger. Nothing is spent or ended by expiry.',
  ),
  LEDGER_BUSY: code('unavailable', true, 'Another process holds the ledger.'),
  VM_BUSY: code('unavailable', true, 'Another process is working on this VM.'),
  LEDGER_UNREADABLE: code('unavailable', false, 'The ledger cannot be opened or is damaged.'),
  LEDGER_TOO_NEW: code('unavailable', false, 'The ledger was written by a newer version.'),
  PROFILE_STALE: code('conflict', false, 'The profile on disk is not what this version writes.'),
  DEVNET_RUNNING: code('conflict', false, 'A devnet runs in this home already.'),
  REQUEST_ID_CONFLICT: code('conflict', false, 'The request id was used with other arguments.'),
  POSSIBLE_DUPLICATE: code('conflict', false, 'An identical create is under way.'),
  NAME_TAKEN: code('conflict', false, 'A VM with this name is alive.'),
  AMBIGUOUS_ID: code('conflict', false, 'More than one thing fits this prefix.'),
  PRICE_MOVED: code('conflict', true, 'The price moved by more than 2 % or above the ceiling since the plan was made.'),
  PLAN_MOVED: code('conflict', true, 'Balance, policy or counters moved between plan and hold.'),
  VM_NOT_READY: code('conflict', true, 'The VM is not in a state in which this can be done.'),
  NETWORK_REJECTED: code('conflict', false, 'The network rejected the message.'),
  CREATE_FAILED: code('unavailable', true, 'The VM did not come up; it was forgotten again.'),
  SSH_BLOCKED_FROM_HERE: code('unavailable', false, 'SSH is unreachable from here, on other nodes too: the fault is on our side.'),
  DESTROY_INCOMPLETE: code('partial', true, 'The VM is not yet answered for as forgotten; it stays in the burn.'),
  ROLLBACK_INCOMPLETE: code('partial', true, 'The create failed and its VM is not yet answered for as forgotten.'),
  KEY_MISSING: code('auth', false, 'No key is chosen for this network.'),
  KEY_LOCKED: code('auth', false, 'The key has a passphrase and none, or a wrong one, was given; or other users can read its file.'),
  WRONG_NETWORK: code('auth', false, 'The key belongs to another network and signs nothing for this one.'),
  WRONG_ACCOUNT: code('auth', false, 'The VM belongs to another key.'),
  APPROVAL_NEEDED: code('approvalNeeded', true, 'A person must approve this plan.'),
  STILL_WAITING: code('unknownOutcome', false, 'The time for waiting is over; the operation goes on.'),
  EXEC_FAILED: code('execFailed', false, 'SSH could not run the command.'),
  INTERRUPTED: code('interrupted', true, 'Interrupted; the operation can be resumed.'),
} as const satisfies Record<string, CodeMeaning>;

export type FailureCode = keyof typeof failureCodes;
