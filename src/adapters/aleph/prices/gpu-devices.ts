import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { GpuDevice } from '../../../domain/nodes/gpu-card.ts';
import { counted } from '../../../domain/text/counted.ts';
import { agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { hearing } from '../http/hearing.ts';
import { aggregateOf, aggregatePath, officialAggregates } from '../http/official-aggregates.ts';
import { printed } from '../http/printed.ts';
import { deviceId, vendor } from '../http/wire-values.ts';

/** Strict, because an INSTANCE repeats it; what is described otherwise is left out. */
const device = z.object({
  device_id: deviceId,
  model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .+-]{0,39}$/),
  vendor,
  name: z.string().regex(/^[\x20-\x7e]{1,120}$/),
});
const shape = aggregateOf(
  officialAggregates.settings,
  z.object({ settings: z.object({ compatible_gpus: z.array(z.unknown()).max(1024) }) }),
);

/**
 * Which model each card is priced as, by its device id: `compatible_gpus` of the settings aggregate, as two hosts give it alike
 * (protocol-ccn.md §5.10). `PRICE_UNREADABLE` where they do not, `NETWORK_UNAVAILABLE` where one does not answer.
 */
export const gpuDevices = async (ccn: CcnHosts): Promise<GpuDevice[]> => {
  const path = aggregatePath(officialAggregates.settings, 'settings');
  const heard = hearing(ccn);
  const found = await agreeing<GpuDevice[]>(ccn, {
    about: 'which GPU is which',
    read: async (host, signal) => {
      const reading = await heard.from(host, path, shape, { signal });
      if (reading.kind !== 'value') return null;
      return reading.value.data.settings.compatible_gpus.flatMap((entry) => {
        const found = device.safeParse(entry).data;
        return found === undefined ? [] : { deviceId: found.device_id, model: found.model, vendor: found.vendor, name: found.name };
      });
    },
    print: printed,
    says: (devices) => counted(devices.length, 'device'),
    enough: 'two',
  });
  if (found.kind === 'settled') return found.value;
  const silence = found.answered < 2 ? heard.silence('name the same GPUs') : null;
  throw silence ?? new Failure('PRICE_UNREADABLE', 'No two CCN hosts name the same GPUs: which price a card has cannot be told.');
};
