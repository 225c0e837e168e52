import type { Decimal } from 'decimal.js';
import type { Prices } from '../../domain/money/price.ts';
import type { Products } from '../../domain/money/products.ts';
import type { GpuDevice } from '../../domain/nodes/gpu-card.ts';
import type { CreateOrder } from './signing.ts';

/**
 * Prices of every kind of VM in credits per hour, from two hosts that agree and within 0.1 to 10 times the built-in ones. Those of a plain
 * instance are always present.
 */
export interface PriceTable extends Products {
  tiers: { id: string; computeUnits: number }[];
  /** null, as with GPUs: no two hosts agree on the price, or it is out of bounds. */
  confidential: (Prices & { tiers: { id: string; computeUnits: number }[] }) | null;
}

/** What the network says that a VM costs. */
export interface VmPrice {
  /** Credits per second; where no two hosts agree, the highest that any host says. */
  perSecond: Decimal;
  /** Two hosts agree, or the only configured host says so. */
  agreed: boolean;
}

/** The parts of a create that its VM's price depends on. */
export type PricedOrder = Pick<CreateOrder, 'owner' | 'spec' | 'node' | 'gpus'>;

/** The network's own prices of VMs. */
export interface PricesReader {
  /** The price table. Throws `PRICE_UNREADABLE` unless two hosts agree on it within bounds. */
  table(): Promise<PriceTable>;
  /** The model by which each GPU device is priced. Throws `PRICE_UNREADABLE` where no two hosts agree. */
  gpuDevices(): Promise<GpuDevice[]>;
  /** Credits per second of an order: the network's own estimate where it answers, checked against the price table. */
  quote(order: PricedOrder, prices: PriceTable): Promise<Decimal>;
  /** The network's own price of a VM whose INSTANCE is processed; null where it has none. */
  priceOf(id: string): Promise<VmPrice | null>;
}
