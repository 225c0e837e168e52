import { sameModel } from './node-fit.ts';

/** A GPU card that an INSTANCE message asks for. Network and nodes compare its device id alone. */
export interface GpuCard {
  vendor: string;
  deviceName: string;
  deviceClass: '0300' | '0302';
  deviceId: string;
}

/** A card that the network knows, with the model by which it prices that device id. */
export interface GpuDevice {
  deviceId: string;
  model: string;
  vendor: string;
  name: string;
}

/**
 * Picks a free card for each model, no card twice; null where one is missing. The node's own names for its cards do not count: the network
 * says which model a device id is, and that is what gets signed.
 */
export const cardsFor = (
  models: readonly string[],
  free: readonly { deviceId: string; deviceClass: string }[],
  known: readonly GpuDevice[],
): GpuCard[] | null => {
  const left = free.flatMap(({ deviceId, deviceClass }) => {
    const device = known.find((one) => one.deviceId === deviceId);
    return device !== undefined && (deviceClass === '0300' || deviceClass === '0302') ? [{ ...device, deviceClass }] : [];
  });
  const cards = models.map((model): GpuCard | null => {
    const at = left.findIndex((card) => sameModel(model, card.model));
    const [card] = at < 0 ? [] : left.splice(at, 1);
    if (card === undefined) return null;
    return { vendor: card.vendor, deviceName: card.name, deviceClass: card.deviceClass as GpuCard['deviceClass'], deviceId: card.deviceId };
  });
  return cards.some((card) => card === null) ? null : (cards as GpuCard[]);
};
