import { sendWithinMs } from '../../lifecycle/operation/send-within-ms.ts';
import type { Connection } from './connection.ts';

/** Takes the signature out of the INSTANCEs that fit; the content, its hash, sender and time stay readable. As the index signedSendable has it. */
const wipe = (connection: Connection, sql: string, values: readonly (string | bigint)[]): number =>
  connection.run(
    `UPDATE signed SET bytes = json_remove(bytes, '$.message.signature')
     WHERE kind = 'INSTANCE' AND instr(bytes, '"signature"') > 0 AND json_valid(bytes) AND ${sql}`,
    values,
  );

/** Asked of the few that can be sent: a list of all VMs of the network would be made at each commit. */
const isOf = 'EXISTS (SELECT 1 FROM vms WHERE vms.id = signed.vm AND vms.network = ?)';

/**
 * Wipes the signatures of INSTANCEs that may not be sent any more (product.md §1 rule 1): whoever has a signed INSTANCE can make the VM.
 * Those of VMs that are past `requested` go, their outcome being known; of the others those that are too old by the clock of `network`,
 * since each devnet has a clock of its own.
 */
export const wipeSpentSignatures = (connection: Connection, network: string | null, now: number): number =>
  wipe(connection, "NOT EXISTS (SELECT 1 FROM vms WHERE vms.id = signed.vm AND vms.state = 'requested')", []) +
  (network === null ? 0 : wipe(connection, `signedAt < ? AND ${isOf}`, [BigInt(Math.trunc(now - sendWithinMs)), network]));

/** Wipes the signatures of all INSTANCEs of a network: a freeze forbids to send them. */
export const wipeSignaturesOf = (connection: Connection, network: string): number => wipe(connection, isOf, [network]);
