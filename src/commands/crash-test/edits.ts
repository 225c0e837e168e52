/** What somebody does to the ledger's file with an editor, and what the program must do then. */
export interface Edit {
  does: string;
  /** Each changes a row at least: one that names what the ledger no longer has would show nothing. */
  statements: readonly string[];
  /** The call that is to gain by it. */
  line: string;
  /** How that is refused. */
  expects: readonly string[];
}

/** Beyond the limit of the home that is edited. */
export const more = 'vm create more --ttl 1h --no-wait';
/** The VM `one` of an hour would cost 0.1140 USD in all, where a person is asked above 0.10; by an hour less it would not. */
export const longer = 'vm extend one --by 7h';

export const refusedByCount = ['TOO_MANY_VMS'];
export const refusedByBurn = ['BURN_LIMIT'];
export const refusedByGuard = ['BALANCE_GUARD'];
const refusedByPerson = ['APPROVAL_NEEDED'];

const stranger = `0x${'1'.repeat(40)}`;

/** Each of these contradicts what was signed, the trail, or the network: the call must be refused as before. In a home that has as many VMs as it may. */
export const editsOfCount: readonly Edit[] = [
  {
    does: 'limits raised',
    statements: [
      `UPDATE policies SET overlay = '{}', limits = replace(limits, '"maxVms":2', '"maxVms":99') WHERE instr(limits, '"maxVms":2,') > 0`,
    ],
    line: more,
    expects: ['LEDGER_BROKEN'],
  },
  { does: 'policy deleted', statements: ['DELETE FROM policies'], line: more, expects: ['LEDGER_BROKEN'] },
  {
    does: 'one operation for all VMs',
    statements: ['UPDATE vms SET operation = (SELECT operation FROM vms LIMIT 1)'],
    line: more,
    expects: refusedByCount,
  },
  {
    does: 'VMs ended a quarter of an hour ago',
    statements: ["UPDATE vms SET state = 'terminated', hold = 0, terminatedAt = signedAt - 900000"],
    line: more,
    expects: refusedByCount,
  },
  { does: 'VMs dormant', statements: ["UPDATE vms SET state = 'dormant', hold = 0"], line: more, expects: refusedByCount },
  { does: 'VMs of another network', statements: ["UPDATE vms SET network = 'mainnet'"], line: more, expects: refusedByCount },
  { does: 'VMs of another account', statements: [`UPDATE vms SET account = '${stranger}'`], line: more, expects: refusedByCount },
  {
    does: 'a lifetime of a second',
    statements: ['UPDATE vms SET ttlSeconds = 1, signedAt = signedAt + 3600000'],
    line: longer,
    expects: refusedByPerson,
  },
  {
    does: 'a row of the trail changed',
    statements: ["UPDATE effects SET credits = 0 WHERE point = 'create.hold'"],
    line: more,
    expects: ['LEDGER_BROKEN'],
  },
  {
    does: 'the end of the trail cut off',
    statements: ['DELETE FROM effects WHERE seq > 3'],
    line: more,
    expects: ['LEDGER_ROLLED_BACK', 'LEDGER_BROKEN'],
  },
];

/** The same where a second VM would burn more an hour than the policy allows, and no other limit is near. */
export const editsOfBurn: readonly Edit[] = [
  { does: 'nothing held, nothing burnt', statements: ["UPDATE vms SET hold = 0, rate = '0'"], line: more, expects: refusedByBurn },
];

/** The same where the whole balance that a person acknowledged has to stay. */
export const editsOfGuard: readonly Edit[] = [
  {
    does: 'a balance of nothing acknowledged',
    statements: ['UPDATE policies SET acknowledgedBalance = 0'],
    line: more,
    expects: refusedByGuard,
  },
];

/**
 * The network's lists lag, so a row that says that its VM has just ended is believed for a quarter of a minute: the call gets through, and
 * the trail tells.
 */
export const namedEdit: Edit = {
  does: 'VMs ended just now',
  statements: ["UPDATE vms SET state = 'terminated', hold = 0, terminatedAt = updatedAt"],
  line: more,
  expects: refusedByCount,
};

/** Without an approver a person's word is a row, and whoever writes the file writes it: nothing is claimed. */
export const openEdit: Edit = {
  does: 'an approval granted by hand, where there is no approver',
  statements: ["UPDATE approvals SET state = 'granted', decidedBy = 'terminal', decidedAt = requestedAt"],
  line: 'vm create big --cu 4 --ttl 4h --no-wait',
  expects: refusedByPerson,
};
