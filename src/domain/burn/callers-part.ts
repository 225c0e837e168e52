import type { AccountFigures, AccountRows } from './exposure.ts';

/**
 * The rows of one caller (an agent with its children, by their names; null: the owner), with the account's figures but for what rows of
 * other callers explain. What the network shows and no row explains stays: until the owner says whose it was, it counts against everybody.
 * Where nobody else has a row these are the whole.
 */
export const callersPart = (
  agents: readonly string[] | null,
  whole: AccountRows,
  figures: AccountFigures,
): { rows: AccountRows; figures: AccountFigures } => {
  const { vms, operations } = whole;
  const isOwn = ({ agent }: { agent: string | null }): boolean => (agent === null ? agents === null : (agents?.includes(agent) ?? false));
  if (vms.every(isOwn) && operations.every(isOwn)) return { rows: whole, figures };
  const others = new Set(vms.filter((vm) => !isOwn(vm)).map(({ id }) => id));
  return {
    rows: { vms: vms.filter(isOwn), operations: operations.filter(isOwn) },
    figures: {
      ...figures,
      listed: figures.listed.filter(({ id }) => !others.has(id)),
      spent: figures.spent.filter(({ vm }) => vm === null || !others.has(vm)),
    },
  };
};
