import { sameModel } from './node-fit.ts';

/** A card that an INSTANCE asks for. Network and nodes go by the device id alone. */
export interface GpuCard {
  vendor: string;
  deviceName: string;
  deviceClass: '0300' | '0302';
  deviceId: string;
}

/** A card that the network knows: the model that its device id is priced as. */
export interface GpuDevice {
  deviceId: string;
  model: string;
  vendor: string;
  name: string;
}

/**
 * A free card for each model, every card once; null where one is missing. What a node calls its cards does not count: the network's own
 * words name the model of a device id, and they are what is signed.
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
