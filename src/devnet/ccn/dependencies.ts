import { latestPin } from './files/latest-pin.ts';
import { isItemHash } from './item-hash.ts';
import type { MessageRow, Outcome } from './message.ts';
import { errorCodes, rejected, retry } from './message.ts';
import type { CcnState, FilePin } from './state.ts';
import { vmReferences } from './vm-references.ts';

const pinFor = (state: CcnState, ref: string, useLatest: boolean): FilePin | undefined =>
  useLatest ? latestPin(state, ref) : state.pins.get(ref);

const vmDependencies = (state: CcnState, row: MessageRow): Outcome | null => {
  const content = row.filled;
  if (content === null) return null;
  const references = vmReferences(content);
  const missing = references.filter((one) => pinFor(state, one.ref, one.useLatest) === undefined).map((one) => one.ref);
  if (missing.length > 0) return retry(errorCodes.vmVolumeNotFound, { errors: [...new Set(missing)] });
  // The server looks among programs only, so an instance never finds what it replaces (protocol-ccn §3.8).
  const replaces = content['replaces'];
  if (typeof replaces === 'string' && state.messages.get(replaces)?.envelope.type !== 'PROGRAM')
    return retry(errorCodes.vmRefNotFound, { errors: [replaces] });
  for (const one of references) {
    const pin = pinFor(state, one.ref, one.useLatest);
    const size = pin === undefined ? 0 : (state.files.get(pin.fileHash) ?? 0);
    if (one.bytes === null || one.bytes >= size) continue;
    const detail = { volume_name: one.name, parent_ref: one.ref, parent_file: pin?.fileHash, parent_size: size, volume_size: one.bytes };
    return rejected(errorCodes.vmVolumeTooSmall, { errors: [detail] });
  }
  return null;
};

const amendDependencies = (state: CcnState, row: MessageRow): Outcome | null => {
  if (row.content?.['type'] !== 'amend') return null;
  const ref = row.content['ref'];
  if (typeof ref !== 'string') return rejected(errorCodes.amendNoTarget);
  const target = state.messages.get(ref);
  if (target?.status !== 'processed' || target.envelope.type !== 'POST') return retry(errorCodes.amendTargetNotFound);
  if (target.content?.['type'] === 'amend') return rejected(errorCodes.amendAmend);
  if (target.content?.address === row.content.address) return null;
  return rejected(errorCodes.permissionDenied, {
    errors: [`Sender ${row.envelope.sender} is not authorized to post on behalf of address ${target.content?.address}`],
  });
};

const storeDependencies = (state: CcnState, row: MessageRow): Outcome | null => {
  const ref = row.content?.['ref'];
  if (typeof ref !== 'string' || !isItemHash(ref)) return null;
  const target = state.messages.get(ref);
  if (target?.status !== 'processed' || target.envelope.type !== 'STORE') return retry(errorCodes.storeRefNotFound, { errors: [ref] });
  return typeof target.content?.['ref'] === 'string' ? rejected(errorCodes.storeUpdateUpdate) : null;
};

/** What a message needs to be there before it (protocol-ccn §2.2 step 11); FORGET has rules of its own. */
export const checkDependencies = (state: CcnState, row: MessageRow): Outcome | null => {
  if (row.envelope.type === 'INSTANCE' || row.envelope.type === 'PROGRAM') return vmDependencies(state, row);
  if (row.envelope.type === 'POST') return amendDependencies(state, row);
  return row.envelope.type === 'STORE' ? storeDependencies(state, row) : null;
};
