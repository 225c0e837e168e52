/** What somebody does to the ledger's file with an editor, and what the program must do then. */
export interface Edit {
  does: string;
  statements: readonly string[];
  /** The call that is to gain by it. */
  line: string;
}

/** Beyond the cap of the home that is edited. */
const more = 'vm create more --ttl 1h --no-wait';
const stranger = `0x${'1'.repeat(40)}`;

/** Each of these contradicts what was signed, the trail, or the network: the call must be refused as before. */
export const refusedEdits: readonly Edit[] = [
  {
    does: 'limits raised',
    statements: [`UPDATE policies SET overlay = '{}', limits = replace(limits, '"maxVms":2', '"maxVms":99')`],
    line: more,
  },
  { does: 'policy deleted', statements: ['DELETE FROM policies'], line: more },
  { does: 'one operation for all VMs', statements: ['UPDATE vms SET operation = (SELECT operation FROM vms LIMIT 1)'], line: more },
  {
    does: 'VMs ended a quarter of an hour ago',
    statements: ["UPDATE vms SET state = 'terminated', hold = 0, terminatedAt = signedAt - 900000"],
    line: more,
  },
  { does: 'VMs dormant', statements: ["UPDATE vms SET state = 'dormant', hold = 0"], line: more },
  { does: 'VMs of another network', statements: ["UPDATE vms SET network = 'mainnet'"], line: more },
  { does: 'VMs of another account', statements: [`UPDATE vms SET account = '${stranger}'`], line: more },
  { does: 'nothing held', statements: ["UPDATE vms SET hold = 0, rate = '0'"], line: more },
  {
    does: 'a lifetime of a second',
    statements: ['UPDATE vms SET ttlSeconds = 1, signedAt = signedAt + 3600000'],
    line: 'vm extend one --by 8h',
  },
  { does: 'a row of the trail changed', statements: ["UPDATE effects SET credits = 0 WHERE point = 'create.hold'"], line: more },
  { does: 'the end of the trail cut off', statements: ['DELETE FROM effects WHERE seq > 3'], line: more },
];

/**
 * The network's lists lag, so a row that says that its VM has just ended is believed for a quarter of a minute: the call gets through, and
 * the trail tells.
 */
export const namedEdit: Edit = {
  does: 'VMs ended just now',
  statements: ["UPDATE vms SET state = 'terminated', hold = 0, terminatedAt = updatedAt"],
  line: more,
};

/** Without an approver a person's word is a row, and whoever writes the file writes it: nothing is claimed. */
export const openEdit: Edit = {
  does: 'an approval granted by hand, where there is no approver',
  statements: ["UPDATE approvals SET state = 'granted', decidedBy = 'terminal', decidedAt = requestedAt"],
  line: 'vm create big --cu 4 --ttl 4h --no-wait',
};
