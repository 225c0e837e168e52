import { addAggregateElement } from './aggregates.ts';
import { type Models, readContent } from './content/read-content.ts';
import { checkBalance } from './credits/balance-check.ts';
import { creditPost } from './credits/credit-posts.ts';
import { checkDependencies } from './dependencies.ts';
import { fileTag } from './files/latest-pin.ts';
import { applyForget, checkForgetPermission, checkForgetTargets } from './forget.ts';
import { itemTypeOf } from './item-hash.ts';
import type { MessageRow, Outcome } from './message.ts';
import { errorCodes, rejected, retry } from './message.ts';
import { mayActFor } from './permissions.ts';
import { paymentType } from './pricing/content-costs.ts';
import type { CostLine } from './pricing/cost-line.ts';
import { signatureHolds } from './signature.ts';
import type { CcnState } from './state.ts';

export interface ProcessingRules {
  /** Addresses that may distribute and expend credits. */
  creditSenders: readonly string[];
  models: Models;
  signatureHolds?: typeof signatureHolds;
}

const checkPermission = (state: CcnState, row: MessageRow): Outcome | null => {
  const { content, envelope } = row;
  if (content === null) return null;
  if (envelope.type === 'FORGET') return checkForgetPermission(state, row);
  // An amendment is judged by what it amends: the original's type and channel.
  const original = content['type'] === 'amend' && typeof content['ref'] === 'string' ? state.messages.get(content['ref']) : undefined;
  const judged = original?.content
    ? { envelope: { ...envelope, channel: original.envelope.channel }, content: original.content }
    : { envelope, content };
  if (mayActFor(state, envelope.sender, content.address, judged.envelope, judged.content)) return null;
  return rejected(errorCodes.permissionDenied, {
    errors: [`Sender ${envelope.sender} is not authorized to post on behalf of address ${content.address}`],
  });
};

/** Content that travels apart from its message is one of the files; null where it is there, and is what it should be. */
const loadContent = (state: CcnState, row: MessageRow, models: Models): Outcome | null => {
  const { item_hash: hash, type } = row.envelope;
  if (row.content !== null) return null;
  const bytes = state.contents.get(hash);
  if (bytes === undefined) return retry(errorCodes.contentUnavailable, { errors: [`File not found: ${hash}`] });
  const read = readContent(new TextDecoder().decode(bytes), type, models);
  if (read === null) return rejected(errorCodes.invalidFormat, { errors: [`Invalid message content for ${hash}`] });
  Object.assign(row, { ...read, size: bytes.length });
  return null;
};

const checkFile = (state: CcnState, row: MessageRow): Outcome | null => {
  if (row.envelope.type !== 'STORE') return null;
  const hash = String(row.content?.['item_hash']);
  const kind = String(row.content?.['item_type']);
  if (itemTypeOf(hash) !== kind)
    return rejected(errorCodes.invalidFormat, { errors: [`Item hash '${hash}' is not of the expected type ('${kind}')`] });
  return state.files.has(hash) ? null : retry(errorCodes.fileUnavailable, { errors: [`File not found: ${hash}`] });
};

const apply = (state: CcnState, row: MessageRow, lines: CostLine[], rules: ProcessingRules, now: number): string[] => {
  const { content, filled, envelope } = row;
  if (content === null || filled === null) return [];
  const hash = envelope.item_hash;
  if (lines.length > 0) state.costs.set(hash, { owner: content.address, paymentType: paymentType(filled), lines });
  if (envelope.type === 'AGGREGATE') {
    addAggregateElement(state, content.address, String(content['key']), {
      hash,
      time: content.time,
      content: content['content'] as Record<string, unknown>,
    });
  }
  if (envelope.type === 'STORE') {
    const ref = typeof content['ref'] === 'string' ? { ref: content['ref'] } : {};
    const pin = { fileHash: String(content['item_hash']), owner: content.address, created: content.time };
    state.pins.set(hash, { ...pin, tag: fileTag(hash, content), ...ref });
  }
  creditPost(state, row, rules.creditSenders, now, true);
  return envelope.type === 'FORGET' ? applyForget(state, row, now) : [];
};

/**
 * One attempt at a pending message, in the server's order (protocol-ccn §2.2): signature, permission, file, dependencies, credit. The
 * first check that fails decides. On success the state holds its effects; `forgotten` names what a FORGET took away.
 */
export const processMessage = (
  state: CcnState,
  row: MessageRow,
  rules: ProcessingRules,
  now: number,
): { outcome: Outcome; forgotten: string[] } => {
  const verify = rules.signatureHolds ?? signatureHolds;
  if (!verify(row.envelope)) {
    return { outcome: rejected(errorCodes.invalidSignature, { errors: ['The signature of the message is invalid'] }), forgotten: [] };
  }
  const early =
    loadContent(state, row, rules.models) ??
    checkPermission(state, row) ??
    checkFile(state, row) ??
    checkDependencies(state, row) ??
    (row.envelope.type === 'FORGET' ? checkForgetTargets(state, row) : null) ??
    creditPost(state, row, rules.creditSenders, now, false);
  if (early !== null) return { outcome: early, forgotten: [] };
  const { outcome, lines } = checkBalance(state, row, now);
  if (outcome !== null) return { outcome, forgotten: [] };
  return { outcome: { kind: 'processed' }, forgotten: apply(state, row, lines, rules, now) };
};
