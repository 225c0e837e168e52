import type { AccountFigures, AccountRows } from './exposure.ts';

/**
 * The rows of one caller (null: the owner), with the account's figures but for what rows of other callers explain. What the network shows and
 * no row explains stays: until the owner says whose it was, it counts against everybody. Where nobody else has a row these are the whole.
 */
export const callersPart = (
  agent: string | null,
  whole: AccountRows,
  figures: AccountFigures,
): { rows: AccountRows; figures: AccountFigures } => {
  const { vms, operations } = whole;
  if (vms.every((vm) => vm.agent === agent) && operations.every((operation) => operation.agent === agent)) return { rows: whole, figures };
  const others = new Set(vms.filter((vm) => vm.agent !== agent).map(({ id }) => id));
  return {
    rows: { vms: vms.filter((vm) => vm.agent === agent), operations: operations.filter((operation) => operation.agent === agent) },
    figures: {
      ...figures,
      listed: figures.listed.filter(({ id }) => !others.has(id)),
      spent: figures.spent.filter(({ vm }) => vm === null || !others.has(vm)),
    },
  };
};
