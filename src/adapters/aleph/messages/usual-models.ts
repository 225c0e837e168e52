/** Cards that the network has priced from the start, by PCI device (protocol-ccn.md §5.10): enough to name those of a VM found again. */
const models: Readonly<Record<string, readonly string[]>> = {
  L40S: ['26b9'],
  'RTX 4090': ['2684', '2685'],
  'RTX 3090': ['2204', '2203'],
  'RTX 4000 ADA': ['27b0', '27b2'],
  H100: ['2336', '22a3', '2313', '2330', '2331'],
  A100: ['2080', '2081', '20b2', '20b5', '20b8'],
};

/** The model of a device id (`10de:2331`); the id itself where it is none of these. */
export const usualModel = (deviceId: string): string =>
  Object.keys(models).find((model) => models[model]?.some((device) => deviceId === `10de:${device}`)) ?? deviceId;
