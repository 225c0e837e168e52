import type { FailureCode } from '../../src/domain/failure/failure-codes.ts';

const stranger = "needs a VM whose owner on the network is not the ledger's; test/lifecycle has it";
const otherKey = 'needs a console that shows another key than the one at first contact; adapters/ssh/host-key-trust.test.ts has it';
const drained =
  'needs credits that go between hold and post, which a public head keeps others from; lifecycle/create/first-answer.test.ts takes them';
const onMainnet = 'of the public network alone; test/lifecycle/policy/environment.test.ts has it';
const throughSafe = 'of an agent, whom a safe serves; test/lifecycle/agents has it';
const standstill = 'the prices of a devnet stand still; test/lifecycle moves them';

/** What a command of the spine declares, and the devnet cannot bring about through the binary: by command, with the reason. */
export const unshown: Readonly<Record<string, Partial<Record<FailureCode, string>>>> = {
  demo: {
    DEVNET_NOT_RUNNING: 'its devnet is a child of its own that nobody else reaches',
    CREATE_FAILED: 'its devnet is a child of its own that nobody else can break',
  },
  'vm create': {
    OWNER_LIMIT: throughSafe,
    ENVIRONMENT_UNTRUSTED: onMainnet,
    POLICY_UNSEALED: 'needs an approver, whom a person sets at a terminal; test/hostile has it',
    PRICE_MOVED: standstill,
    PRICE_UNUSUAL: standstill,
    CREDITS_SHORT: drained,
    AMBIGUOUS_ID: 'needs two CRNs of one name or URL',
    WRONG_ACCOUNT: 'the key would have to vanish while the create runs',
    HOST_KEY_CHANGED: otherKey,
  },
  approve: {
    GRANT_MISSING: 'of an extension whose payer has taken its grant back; test/lifecycle/delegated has it',
    GRANTS_UNREADABLE: 'as GRANT_MISSING; shown for vm create',
    PLAN_MOVED: 'needs a change of policy while its seal waits; test/hostile has it',
    PRICE_MOVED: 'of an extension whose row was edited; test/hostile/edited-rows.test.ts has it',
    BALANCE_UNREADABLE: 'of an extension whose VM nothing proves; test/hostile/edited-rows.test.ts has it',
  },
  'vm wait': {
    GRANT_MISSING: 'needs a grant taken back while a create is rolled back; test/lifecycle/delegated has it for vm destroy',
    ENVIRONMENT_UNTRUSTED: onMainnet,
    PRICE_MOVED: standstill,
    HOST_KEY_CHANGED: otherKey,
    CREDITS_SHORT: drained,
    HEAD_UNPUBLISHED: 'of the next node, once the first has failed; shown for vm create',
    LEDGER_OTHER: 'as HEAD_UNPUBLISHED',
    LEDGER_ROLLED_BACK: 'as HEAD_UNPUBLISHED',
  },
  'vm destroy': {
    WRONG_ACCOUNT: 'teardowns signed with the create do without a key; only where the network has refused every one of them',
    VM_BUSY: 'of --expired, while a process works on one; test/lifecycle has it',
    CLOCK_UNTRUSTED: 'of --expired; shown for vm create',
    PLAN_MOVED: 'needs a VM protected, or others destroyed, between plan and teardown; test/lifecycle has it',
  },
  'keys import': { KEY_PUBLIC: 'of the public network alone; test/commands/keys.test.ts has it' },
  'vm adopt': {
    AMBIGUOUS_ID: 'needs two VMs of the network whose ids share six digits; domain/reference.test.ts has them',
    CLOCK_UNTRUSTED: 'shown for vm create',
    PLAN_MOVED: 'needs a published expiry that vanishes between plan and adoption',
    VM_BUSY: 'needs an adoption of half a minute; test/lifecycle has two at once',
    WRONG_ACCOUNT: 'the key would have to vanish while it is adopted',
  },
  'crns ls': { NODE_UNAVAILABLE: 'needs a network whose node list names no node; test/adapters/aleph has it' },
  'crns show': { AMBIGUOUS_ID: 'needs two CRNs of one name or URL', NODE_UNAVAILABLE: 'as for crns ls' },
  'policy set': {
    CLOCK_UNTRUSTED: 'of --funder; test/lifecycle/governance/funder.test.ts has it',
    POLICY_REFUSED: 'needs a policy of the whole machine, owned by root; test/lifecycle/policy/root-policy.test.ts has it',
    PLAN_MOVED: 'needs two changes of the policy within one; test/lifecycle has it',
    BALANCE_UNREADABLE: 'only after a person at a terminal re-authorised',
  },
  'policy task': { PLAN_MOVED: 'as for policy set', POLICY_REFUSED: 'as for policy set' },
  thaw: {
    POLICY_REFUSED: 'needs an approver, whom a person sets at a terminal; test/hostile/deleted-ledger.test.ts has it',
    APPROVAL_NEEDED: 'examples.test.ts and test/crash have it',
    PLAN_MOVED: 'needs another freeze between plan and thaw; test/lifecycle has it',
  },
  'vm protect': {
    AMBIGUOUS_ID: 'needs two item hashes that share six digits; domain/reference.test.ts has them',
    PLAN_MOVED: 'needs a VM protected between plan and change; test/lifecycle has it',
  },
  'ledger take-over': {
    POLICY_REFUSED: 'needs two approvers, whom a person sets at a terminal; test/hostile/deleted-ledger.test.ts has them',
    PLAN_MOVED: 'needs another ledger that spends meanwhile; test/lifecycle has it',
    HEAD_UNPUBLISHED: 'only after a person at a terminal approved; test/lifecycle has it',
    NOT_OURS: stranger,
  },
  'gc install': { APPROVAL_EXPIRED: 'as for policy set: --approval with an id that is none any more' },
  'gc carrier confirm': { AMBIGUOUS_ID: 'needs two item hashes that share six digits; domain/reference.test.ts has them' },
};

/** Codes that no command of the spine declares, with what ends with them. */
export const elsewhere: Partial<Record<FailureCode, string>> = {
  SAFE_BUSY: 'a call too many of an agent; surfaces/safe/places.test.ts',
  PAGE_REFUSED: 'over HTTP, and of --approves where an agent runs beside it; surfaces/page, commands/dashboard',
  INTERNAL: 'a bug of ours; surfaces/cli/documents.test.ts plants one',
  SESSION_LIMIT: 'of an MCP server alone; process/mcp/mcp.test.ts',
  DECLINED: 'a person at a terminal says no, never in JSON mode',
  INTERRUPTED: 'Ctrl-C and SIGTERM; surfaces/execute.test.ts',
  NETWORK_UNAVAILABLE: 'any command that reads; shown by gc below',
  NETWORK_ANSWER_INVALID: 'any command that reads; shown by gc below',
  LEDGER_BUSY: 'after 30 s of another process in one transaction; adapters/ledger/connection.test.ts',
  LEDGER_TOO_NEW: 'a ledger of a later version; adapters/ledger/migrate.test.ts',
};
