import type { FailureCode } from '../../src/domain/failure-codes.ts';

const twoIds = 'needs two item hashes that share six digits; domain/reference.test.ts has them';
const stranger = "needs a VM whose owner on the network is not the ledger's; test/lifecycle has it";
const standstill = 'the prices of a devnet stand still; test/lifecycle moves them';

/** What a command of the spine declares, and the devnet cannot bring about through the binary: by command, with the reason. */
export const unshown: Readonly<Record<string, Partial<Record<FailureCode, string>>>> = {
  demo: {
    DEVNET_NOT_RUNNING: 'its devnet is a child of its own that nobody else reaches',
    CREATE_FAILED: 'its devnet is a child of its own that nobody else can break',
  },
  'vm create': {
    PRICE_MOVED: standstill,
    AMBIGUOUS_ID: 'needs two CRNs of one name or URL',
    WRONG_ACCOUNT: 'the key would have to vanish while the create runs',
  },
  'vm show': { AMBIGUOUS_ID: twoIds },
  'vm exec': { AMBIGUOUS_ID: twoIds, HOST_KEY_CHANGED: 'needs another machine at the address; adapters/ssh/exec.test.ts has one' },
  'vm wait': { AMBIGUOUS_ID: twoIds, PRICE_MOVED: standstill },
  'vm destroy': {
    AMBIGUOUS_ID: twoIds,
    NOT_OURS: stranger,
    VM_BUSY: 'of --expired, while a process works on one; test/lifecycle has it',
    CLOCK_UNTRUSTED: 'of --expired; shown for vm create',
    JOURNAL_UNREADABLE: 'of --expired; test/lifecycle has it',
  },
  'crns ls': { NODE_UNAVAILABLE: 'needs a network whose node list names no node; test/adapters/aleph has it' },
  'crns show': { AMBIGUOUS_ID: 'needs two CRNs of one name or URL', NODE_UNAVAILABLE: 'as for crns ls' },
  'policy set': {
    PLAN_MOVED: 'needs two changes of the policy within one; test/lifecycle has it',
    BALANCE_UNREADABLE: 'only after a person at a terminal re-authorised',
  },
  'ledger ls': { AMBIGUOUS_ID: twoIds },
  'ledger show': { AMBIGUOUS_ID: twoIds },
  'ledger reconcile': { NOT_OURS: stranger },
  gc: { NOT_OURS: stranger },
  'gc install': { APPROVAL_EXPIRED: 'as for policy set: --approval with an id that is none any more' },
  'gc carrier confirm': { AMBIGUOUS_ID: twoIds },
};

/** Codes that no command of the spine declares, with what ends with them. */
export const elsewhere: Partial<Record<FailureCode, string>> = {
  INTERNAL: 'a bug of ours; surfaces/cli/documents.test.ts plants one',
  DECLINED: 'a person at a terminal says no, never in JSON mode',
  INTERRUPTED: 'Ctrl-C and SIGTERM; surfaces/execute.test.ts',
  NETWORK_UNAVAILABLE: 'any command that reads; shown by gc below',
  NETWORK_ANSWER_INVALID: 'any command that reads; shown by gc below',
  LEDGER_BUSY: 'after 30 s of another process in one transaction; adapters/ledger/connection.test.ts',
  LEDGER_TOO_NEW: 'a ledger of a later version; adapters/ledger/migrate.test.ts',
};
