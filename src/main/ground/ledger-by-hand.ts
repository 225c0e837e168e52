import { randomBytes } from 'node:crypto';
import { connect } from '../../adapters/ledger/connection.ts';
import { openLedger } from '../../adapters/ledger/open-ledger.ts';
import { sealMessage } from '../../domain/approval/policy-seal.ts';
import { walletRequest } from '../../domain/approval/typed-data.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import { recordApproval } from '../../lifecycle/approvals/record-approval.ts';
import { putPolicyRow } from '../../lifecycle/governance/put-policy-row.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Ledger } from '../../ports/ledger.ts';

const withLedger = <Result>(path: string, act: (ledger: Ledger) => Result): Result => {
  const ledger = openLedger({ path, now: () => 0 });
  try {
    return act(ledger);
  } finally {
    ledger.close();
  }
};

/** A person at a terminal at that time. */
const atTerminal = (now: number): Pick<ChangeContext, 'clock' | 'caller' | 'random' | 'rootPolicy'> => ({
  caller: { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: true, purpose: null },
  clock: { now: () => now, wait: async () => undefined },
  random: { bytes: (count) => new Uint8Array(randomBytes(count)), fraction: () => 0 },
  rootPolicy: () => null,
});

/** The word of the person who agrees, as a terminal leaves it in the ledger. */
export const grant = (path: string, id: string): void =>
  withLedger(path, (ledger) =>
    ledger.write('approval.grant', (transaction) => {
      const row = transaction.approval(id);
      if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `No approval has the id ${id}.`);
      const granted = { ...row, state: 'granted' as const, decidedAt: row.requestedAt, decidedBy: 'terminal' };
      transaction.updateApproval(id, granted);
      recordApproval(atTerminal(row.requestedAt), transaction, 'approval.grant', granted, 'terminal');
    }),
  );

export interface Appointment {
  account: string;
  approver: string;
  /** The devnet, and its time. */
  networkId: string;
  now: number;
  sign(request: string): Promise<string>;
}

/** The first approver, as a person at a terminal and its first seal leave it in the ledger. */
export const appoint = async (path: string, { account, approver, networkId, now, sign }: Appointment): Promise<void> => {
  const policy: Omit<PolicyRecord, 'seal'> = {
    network: 'devnet',
    account,
    version: 1,
    limits: defaultLimits,
    authorisedAt: 0,
    acknowledgedBalance: 5_000_000n,
    approver: approver.toLowerCase(),
    setAt: now,
    setBy: 'approver',
    overlay: {},
    tasks: {},
    overlayTasks: {},
    agents: {},
    overlayAgents: {},
  };
  const nonce = `0x${randomBytes(32).toString('hex')}`;
  const terms = { nonce, issuedAt: now, expiresAt: now + 3_600_000, previous: '0'.repeat(64), thawed: 0, networkId };
  const signature = await sign(JSON.stringify(walletRequest(sealMessage({ ...policy }, terms))));
  const row = { ...policy, seal: { ...terms, signature } };
  withLedger(path, (ledger) => ledger.write('policy.set', (transaction) => putPolicyRow(atTerminal(now), transaction, row)));
};

/** Two rows more, of which the trail's is chained by the public rule: the policy has no approver. */
export const dismiss = (path: string, account: string): void =>
  withLedger(path, (ledger) => {
    const row = ledger.policy({ account });
    if (row === null) throw new Failure('INTERNAL', 'The trial has no policy to edit.');
    const next = { ...row, version: row.version + 1, approver: null, seal: null, setBy: 'person' as const };
    ledger.write('policy.set', (transaction) => putPolicyRow(atTerminal(row.setAt), transaction, next));
  });

/** Somebody with an editor: how many rows the statement changed that changed fewest; 0 where the file refuses one. */
export const edit = (path: string, statements: readonly string[]): number => {
  const raw = connect(path);
  try {
    for (const { name } of raw.all("SELECT name FROM sqlite_master WHERE type = 'trigger'")) raw.execute(`DROP TRIGGER ${name}`);
    return Math.min(...statements.map((statement) => raw.run(statement)));
  } catch {
    return 0;
  } finally {
    raw.close();
  }
};

/** What the ledger says of VMs and of its own trail. */
export const recordOf = (path: string) =>
  withLedger(path, (ledger) => ({
    vms: ledger.vms().map(({ id, name, state, agent, hold }) => ({ id, name, state, agent, hold })),
    chainIsWhole: ledger.firstBrokenLink() === null,
  }));
