import { Decimal } from 'decimal.js';
import type { Content, MessageType } from '../message.ts';
import type { CcnState } from '../state.ts';
import type { CostLine, PaymentType } from './cost-line.ts';
import { Exact, floor18 } from './cost-line.ts';
import { gpuUnits } from './gpu-units.ts';
import type { Product } from './price-table.ts';
import { product } from './price-table.ts';
import { priced } from './priced-content.ts';
import type { Volume } from './volume-lines.ts';
import { discountLine, leastCredit, volumeLines } from './volume-lines.ts';

const MIB = 1024 * 1024;
/** A STORE paid by credit counts at least this many MiB. */
const LEAST_STORE_MIB = 25;

/** hold when nothing is said. */
export const paymentType = (content: Content): PaymentType => priced(content).payment?.type ?? 'hold';

const executionLine = (price: Product, units: number, paidBy: PaymentType, least: boolean): CostLine => {
  const credit = floor18(new Exact(units).times(price.computeUnit.credit));
  return {
    type: 'EXECUTION',
    name: price.name,
    hold: floor18(new Exact(units).times(price.computeUnit.hold)),
    stream: floor18(new Exact(units).times(price.computeUnit.stream)),
    credit: least && paidBy === 'credit' ? Decimal.max(credit, leastCredit) : credit,
    sizeMib: null,
  };
};

const executionVolumes = (type: MessageType, content: Content): Volume[] => {
  const { rootfs, code, runtime, data, volumes } = priced(content);
  const volumeCost = (
    kind: string,
    part: { ref: string; use_latest?: boolean; estimated_size_mib?: number | null } | null | undefined,
  ): Volume[] =>
    part == null
      ? []
      : [{ type: kind, name: kind, sizeMib: part.estimated_size_mib || null, ref: part.ref, useLatest: part.use_latest ?? true }];
  const first: Volume[] =
    type === 'INSTANCE' && rootfs
      ? [
          {
            type: 'EXECUTION_INSTANCE_VOLUME_ROOTFS',
            name: 'EXECUTION_INSTANCE_VOLUME_ROOTFS',
            sizeMib: rootfs.size_mib,
            ref: rootfs.parent.ref,
            useLatest: true,
          },
        ]
      : [
          ...volumeCost('EXECUTION_PROGRAM_VOLUME_CODE', code),
          ...volumeCost('EXECUTION_PROGRAM_VOLUME_RUNTIME', runtime),
          ...volumeCost('EXECUTION_PROGRAM_VOLUME_DATA', data),
        ];
  const more = (volumes ?? []).map((volume, index): Volume => {
    const kind = volume.ref === undefined ? 'EXECUTION_VOLUME_PERSISTENT' : 'EXECUTION_VOLUME_INMUTABLE';
    const size = volume.ref === undefined ? volume.size_mib : volume.estimated_size_mib;
    return {
      type: kind,
      name: `#${index}:${volume.mount || kind}`,
      sizeMib: size || null,
      ref: volume.ref ?? null,
      useLatest: volume.use_latest ?? true,
    };
  });
  return [...first, ...more];
};

/**
 * A V-PROGRAM costs what a confidential instance costs where the aggregate has no product of its own, and keeps its name; its volumes are STOREs that
 * are paid for by themselves (pyaleph: src/aleph/services/cost.py).
 */
const verifiableCosts = (state: CcnState, content: Content): CostLine[] => {
  const { resources } = priced(content);
  const price = product(state, 'instance_confidential');
  const units = Math.max(resources.vcpus, Math.ceil(resources.memory / price.memoryMib));
  return [{ ...executionLine(price, units, paymentType(content), true), name: 'vprogram' }];
};

const executionCosts = (state: CcnState, type: MessageType, content: Content): CostLine[] => {
  const { resources, environment, requirements, on } = priced(content);
  const paidBy = paymentType(content);
  const gpus = type === 'INSTANCE' ? (requirements?.gpu ?? []) : [];
  const name = (): string => {
    if (type === 'PROGRAM') return on?.persistent ? 'program_persistent' : 'program';
    return environment.trusted_execution ? 'instance_confidential' : 'instance';
  };
  const price = gpus.length > 0 ? product(state, 'instance_gpu_premium') : product(state, name());
  const units = Math.max(resources.vcpus, Math.ceil(resources.memory / price.memoryMib));
  const multiplier = type === 'PROGRAM' && !on?.persistent && environment.internet ? 2 : 1;
  const tiers = gpus.length > 0 ? gpuUnits(state, gpus, units) : [{ price, units: units * multiplier }];
  const execution = tiers.map((tier) => executionLine(tier.price, tier.units, paidBy, gpus.length === 0));
  const volumes = volumeLines(state, executionVolumes(type, content), price, paidBy);
  return [...execution, ...volumes, discountLine(volumes, price, units)];
};

const storeCosts = (state: CcnState, content: Content): CostLine[] => {
  const { estimated_size_mib: foretold, item_hash: file } = priced(content);
  const bytes = file === undefined ? undefined : state.files.get(file);
  const mib = foretold || (bytes === undefined ? 0 : bytes / MIB);
  if (mib === 0) return [];
  const paidBy = paymentType(content);
  const counted = paidBy === 'credit' ? Math.max(mib, LEAST_STORE_MIB) : mib;
  const volume = { type: 'STORAGE', name: 'STORAGE', sizeMib: counted, ref: null, useLatest: false };
  return volumeLines(state, [volume], product(state, 'storage'), paidBy).map((line) => ({ ...line, sizeMib: foretold || null }));
};

/** What a STORE, PROGRAM, V-PROGRAM or INSTANCE costs by this host's prices (protocol-ccn §5.5). Throws for a GPU that no price covers. */
export const contentCosts = (state: CcnState, type: MessageType, content: Content): CostLine[] => {
  if (type === 'STORE') return storeCosts(state, content);
  return type === 'V-PROGRAM' ? verifiableCosts(state, content) : executionCosts(state, type, content);
};
