import { Failure } from '../../domain/failure/failure.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';

/**
 * The key in use for a network: the one named by `--account` (name or address), else the chosen one, else the only one. One that
 * was chosen and is gone is never replaced by another in silence. `KEY_MISSING`, `KEY_NOT_FOUND`, `WRONG_NETWORK`.
 */
export const currentKey = (entries: readonly KeyEntry[], network: string, account: string | null, chosen: string | null): KeyEntry => {
  const here = entries.filter((entry) => entry.network === network && entry.role === 'account');
  if (account !== null) return named(entries, here, network, account);
  if (chosen !== null) {
    const entry = here.find(({ name }) => name === chosen);
    if (entry !== undefined) return entry;
    throw missing(`The key "${chosen}", chosen for ${network}, is not here.`, network, here);
  }
  if (here[0] !== undefined && here.length === 1) return here[0];
  throw missing(
    here.length === 0 ? `There is no key for ${network}.` : `${here.length} keys are for ${network} and none is chosen.`,
    network,
    here,
  );
};

const named = (entries: readonly KeyEntry[], here: readonly KeyEntry[], network: string, account: string): KeyEntry => {
  const fits = ({ name, address }: KeyEntry): boolean => name === account || address.toLowerCase() === account.toLowerCase();
  const entry = here.find(fits);
  if (entry !== undefined) return entry;
  const elsewhere = entries.find(fits);
  if (elsewhere?.role === 'approver') throw wrongUse(elsewhere);
  if (elsewhere !== undefined) throw wrongNetwork(elsewhere, network);
  throw keyNotFound(account);
};

const missing = (message: string, network: string, here: readonly KeyEntry[]): Failure =>
  new Failure('KEY_MISSING', message, {
    fix:
      here[0] === undefined
        ? human('Make one, or import one.', 'keys create', { network })
        : agent(`Choose one of ${here.map(({ name }) => name).join(', ')}.`, 'keys use', here[0].name),
    facts: { network },
  });

/** A signature of Aleph names no network, so what is signed for one is valid on all (product.md §1 rule 8). */
export const wrongNetwork = (entry: KeyEntry, network: string): Failure =>
  new Failure('WRONG_NETWORK', `The key "${entry.name}" is for ${entry.network} and signs nothing for ${network}.`, {
    fix: agent(`Take a key for ${network}.`, 'keys ls'),
    facts: { key: entry.name, keyNetwork: entry.network, network },
  });

/** An approver's key that signed messages would be one that pays; an account's key that approved would approve for itself. */
export const wrongUse = ({ name, role }: KeyEntry): Failure => {
  const message =
    role === 'approver'
      ? `The key "${name}" is an approver's: it signs approvals, and no message of the network.`
      : `The key "${name}" is an account's: it signs messages of the network, and no approvals.`;
  return new Failure('KEY_USE', message, {
    fix: human(role === 'approver' ? "Take an account's key." : "Take an approver's key.", 'keys ls'),
    facts: { key: name, role },
  });
};

/** What could be a private key is not repeated. */
export const keyNotFound = (reference: string): Failure => {
  const what = /[0-9a-fA-F]{64}/.test(reference) ? 'like that' : `called "${reference}", or with that address`;
  return new Failure('KEY_NOT_FOUND', `There is no key ${what}.`, {
    fix: agent('Take one of these.', 'keys ls'),
  });
};
