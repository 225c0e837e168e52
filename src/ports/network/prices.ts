import type { Decimal } from 'decimal.js';
import type { Prices } from '../../domain/money/price.ts';
import type { Products } from '../../domain/money/products.ts';
import type { GpuDevice } from '../../domain/nodes/gpu-card.ts';
import type { CreateOrder } from './signing.ts';

/** Credits per hour of every kind of VM; from two agreeing hosts, within 0.1 to 10 times the built-in table. The plain instance's are always there. */
export interface PriceTable extends Products {
  tiers: { id: string; computeUnits: number }[];
  /** null, as with GPUs: no two hosts agree on it, or it lies out of bounds. */
  confidential: (Prices & { tiers: { id: string; computeUnits: number }[] }) | null;
}

/** What the network says that a VM costs. */
export interface VmPrice {
  /** Credits. The dearest that any host says, where no two agree. */
  perSecond: Decimal;
  /** Two hosts say so, or the only one there is. */
  agreed: boolean;
}

/** What the price of a VM hangs on. */
export type PricedOrder = Pick<CreateOrder, 'owner' | 'spec' | 'node' | 'gpus'>;

/** What VMs cost, by the network's own word. */
export interface PricesReader {
  /** `PRICE_UNREADABLE` unless two hosts agree within bounds. */
  table(): Promise<PriceTable>;
  /** Which model each GPU is priced as, as two hosts say alike; `PRICE_UNREADABLE` where they do not. */
  gpuDevices(): Promise<GpuDevice[]>;
  /** Credits per second of this spec, by the network's own estimate where it answers, checked against the table. */
  quote(order: PricedOrder, prices: PriceTable): Promise<Decimal>;
  /** The network's own price of a processed VM; null when it has none. */
  priceOf(id: string): Promise<VmPrice | null>;
}
