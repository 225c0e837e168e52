import type { TopUpSubject } from '../../domain/plan/kinds/top-up.ts';
import type { EvmPayment } from '../../ports/evm/evm.ts';

export const paymentOf = ({ chainId, account, contract, tokenAddress, units }: TopUpSubject): EvmPayment => ({
  chainId,
  from: account,
  to: contract,
  token: tokenAddress,
  units: BigInt(units),
});
