import type { Evm } from '../../ports/evm/evm.ts';
import { callOf } from './call-of.ts';

/** Reads signed bytes and holds them against a payment; false also for bytes that are no transaction. */
export const makesPayment: Evm['makes'] = async (payment, { raw, hash, nonce }) => {
  const { utils } = await import('ethers');
  const read = () => {
    try {
      return utils.parseTransaction(raw);
    } catch {
      return null;
    }
  };
  const signed = read();
  if (signed === null) return false;
  const { to, data, value } = callOf(payment);
  return (
    signed.hash === hash &&
    signed.from === payment.from &&
    signed.chainId === payment.chainId &&
    signed.nonce === nonce &&
    signed.to?.toLowerCase() === to.toLowerCase() &&
    signed.data.toLowerCase() === data.toLowerCase() &&
    signed.value.toBigInt() === value
  );
};
