import type { CcnState, CreditLot, CreditMove } from '../state.ts';

const byAge = (a: CreditLot, b: CreditLot): number => a.time - b.time || (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : a.index - b.index);

const alive = (state: CcnState, address: string, now: number): CreditLot[] =>
  state.lots.filter((lot) => lot.address === address && lot.left > 0n && (lot.expiresAt === null || lot.expiresAt > now)).sort(byAge);

/** Unexpired credits, by the exact spelling of the address (protocol-ccn §5.2). `now` in ms. */
export const creditBalance = (state: CcnState, address: string, now: number): bigint =>
  alive(state, address, now).reduce((sum, lot) => sum + lot.left, 0n);

/** What is left by expiry date, the part that never expires first. */
export const creditDetails = (state: CcnState, address: string, now: number): { expiresAt: number | null; amount: bigint }[] => {
  const sums = new Map<number | null, bigint>();
  for (const lot of alive(state, address, now)) sums.set(lot.expiresAt, (sums.get(lot.expiresAt) ?? 0n) + lot.left);
  return [...sums].map(([expiresAt, amount]) => ({ expiresAt, amount })).sort((a, b) => (a.expiresAt ?? -1) - (b.expiresAt ?? -1));
};

/** Takes from the oldest lots first; what is not there is not owed (protocol-ccn §12.15). Returns what was taken from where. */
export const spendCredits = (
  state: CcnState,
  address: string,
  amount: bigint,
  now: number,
): { expiresAt: number | null; amount: bigint }[] => {
  let open = amount;
  const taken: { expiresAt: number | null; amount: bigint }[] = [];
  for (const lot of alive(state, address, now)) {
    if (open === 0n) break;
    const part = lot.left < open ? lot.left : open;
    lot.left -= part;
    open -= part;
    taken.push({ expiresAt: lot.expiresAt, amount: part });
  }
  return taken;
};

export const addCredits = (state: CcnState, lot: CreditLot): void => {
  state.lots.push(lot);
};

export const recordMove = (
  state: CcnState,
  move: Pick<CreditMove, 'address' | 'amount' | 'credit_ref' | 'credit_index' | 'time'> & Partial<CreditMove>,
): void => {
  state.moves.push({
    price: null,
    bonus_amount: null,
    tx_hash: null,
    token: null,
    chain: null,
    provider: null,
    origin: null,
    origin_ref: null,
    payment_method: null,
    expiresAt: null,
    expense_count: null,
    expense_size_mib: null,
    ...move,
  });
  state.touched.add(move.address);
};

/** Credits that were expensed for a message so far. */
export const consumedCredits = (state: CcnState, hash: string): bigint =>
  state.moves.reduce((sum, move) => (move.payment_method === 'credit_expense' && move.origin === hash ? sum - move.amount : sum), 0n);
