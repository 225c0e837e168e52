import type { CostLine, PaymentType } from '../pricing/cost-line.ts';
import { fixed18, totalOf } from '../pricing/cost-line.ts';

const lineView = (line: CostLine, sizes: boolean) => ({
  type: line.type,
  name: line.name,
  cost_hold: fixed18(line.hold),
  cost_stream: fixed18(line.stream),
  cost_credit: fixed18(line.credit),
  size_mib: sizes ? line.sizeMib : null,
});

export const linesView = (lines: readonly CostLine[], sizes: boolean): object[] => lines.map((line) => lineView(line, sizes));

/** A price as the three price endpoints answer it (protocol-ccn §5.9). */
export const priceView = (lines: readonly CostLine[], paymentType: PaymentType, owner: string, sizes: boolean): object => {
  const cost = totalOf(lines, paymentType);
  return {
    required_tokens: cost.toNumber(),
    payment_type: paymentType,
    cost: fixed18(cost),
    detail: linesView(lines, sizes),
    charged_address: owner,
  };
};
