import type { EvmPayment } from '../../ports/evm/evm.ts';
import { addressWord, callData, unitsWord } from './erc20.ts';

/** What a payment is to its chain: a call of the token, or a plain transfer of the coin. */
export const callOf = ({ token, to, units }: EvmPayment): { to: string; data: string; value: bigint } =>
  token === null
    ? { to, data: '0x', value: units }
    : { to: token, data: callData('transfer', addressWord(to), unitsWord(units)), value: 0n };
