/** Who publishes prices, settings and images (protocol-ccn §5.4, §5.10, §7.4). */
export const OFFICIAL_OWNER = '0xFba561a84A537fCaa567bb7A2257e7142701ae2A';

const tiers = [1, 2, 4, 6, 8, 12].map((units, index) => ({ id: `tier-${index + 1}`, compute_units: units }));
const STORAGE_CREDIT = '0.17967489030626108';
const FILES = { holding: '0.333333333', credit: STORAGE_CREDIT };
const PROGRAM_STORAGE = { payg: '0.000000977', holding: '0.05', credit: '0.977' };
const unit = (memory: number, disk: number) => ({ vcpus: 1, disk_mib: disk, memory_mib: memory });

const machine = (payg: string, holding: string, credit: string) => ({
  price: { storage: { payg: '0.000000977', holding: '0.05', credit: STORAGE_CREDIT }, compute_unit: { payg, holding, credit } },
  tiers,
  compute_unit: unit(2048, 20480),
});

const graphics = (payg: string, holding: string, credit: string, cards: [model: string, units: number, vram: number][]) => ({
  price: { storage: { payg: '0.000000977', credit: STORAGE_CREDIT }, compute_unit: { payg, holding, credit } },
  tiers: cards.map(([model, units, vram], index) => ({ id: `tier-${index + 1}`, vram, model, compute_units: units })),
  compute_unit: unit(6144, 61440),
});

export const defaultPricing = {
  program: {
    price: { storage: PROGRAM_STORAGE, compute_unit: { payg: '0.011', holding: '200', credit: '11000' } },
    tiers,
    compute_unit: unit(2048, 2048),
  },
  storage: { price: { storage: FILES } },
  instance: machine('0.055', '1000', '14250'),
  web3_hosting: { price: { fixed: 50, storage: FILES } },
  program_persistent: {
    price: { storage: PROGRAM_STORAGE, compute_unit: { payg: '0.055', holding: '1000', credit: '55000' } },
    tiers,
    compute_unit: unit(2048, 20480),
  },
  instance_gpu_premium: graphics('0.56', '560', '86250', [
    ['A100', 16, 81920],
    ['H100', 24, 81920],
  ]),
  instance_confidential: machine('0.11', '2000', '28500'),
  instance_gpu_standard: graphics('0.28', '280', '43125', [
    ['RTX 4000 ADA', 3, 20480],
    ['RTX 3090', 4, 24576],
    ['RTX 4090', 6, 24576],
    ['L40S', 12, 49152],
  ]),
};

const cards: [name: string, model: string, device: string][] = [
  ['AD102GL [L40S]', 'L40S', '26b9'],
  ['AD102 [GeForce RTX 4090]', 'RTX 4090', '2684'],
  ['AD102 [GeForce RTX 4090 D]', 'RTX 4090', '2685'],
  ['GA102 [GeForce RTX 3090]', 'RTX 3090', '2204'],
  ['GA102 [GeForce RTX 3090 Ti]', 'RTX 3090', '2203'],
  ['AD104GL [RTX 4000 SFF Ada Generation]', 'RTX 4000 ADA', '27b0'],
  ['AD104GL [RTX 4000 Ada Generation]', 'RTX 4000 ADA', '27b2'],
  ['GH100 [H100]', 'H100', '2336'],
  ['GH100 [H100 SXM5 80GB]', 'H100', '2330'],
  ['GH100 [H100 PCIe]', 'H100', '2331'],
  ['GA100 [A100 SXM4 80GB]', 'A100', '20b2'],
  ['GA100 [A100 PCIe 80GB]', 'A100', '20b5'],
  ['GA100 [A100X]', 'A100', '20b8'],
];

export const defaultSettings = {
  compatible_gpus: cards.map(([name, model, device]) => ({
    name,
    model,
    vendor: 'NVIDIA',
    device_id: `10de:${device}`,
    device_class: model.startsWith('RTX') ? '0300' : '0302',
  })),
  community_wallet_address: '0x5aBd3258C5492fD378EBC2e0017416E199e5Da56',
  community_wallet_timestamp: 1739301770,
  last_crn_version: '1.11.0',
};
