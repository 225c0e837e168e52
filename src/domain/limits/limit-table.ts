import { gpuUnit, plainUnit, unitWords } from '../money/compute-unit.ts';
import { formatDuration } from '../text/duration.ts';
import type { LimitRow } from './limit-row.ts';

const everywhere = ['set', 'project', 'root'] as const;

/**
 * The limits of product.md §3, in the order of help and outputs. Types, defaults, flags, schemas, outputs, project file, machine policy and
 * the line that an approver signs follow from this table: a new limit is a new row here and a check that reads it.
 */
export const limitTable = {
  maxVms: {
    unit: 'count',
    usual: 3,
    looser: 'up',
    given: { as: 'maxVms', help: 'VMs at once', in: everywhere },
    shown: { as: 'maxVms', fact: ['VMs at once', String] },
    sealed: { place: 1, words: (count) => `${count} VMs` },
  },
  defaultTtlSeconds: {
    unit: 'seconds',
    usual: 4 * 3600,
    looser: 'up',
    given: { as: 'defaultTtl', help: 'Lifetime of a VM if none is given', in: ['set', 'root'], setting: 'ttl' },
    shown: { as: 'defaultTtlSeconds', fact: ['lifetime', (seconds) => `${formatDuration(seconds)} unless given`] },
    sealed: { place: 4, words: (seconds) => `usually ${formatDuration(seconds)}`, joint: ', ' },
  },
  maxTtlSeconds: {
    unit: 'seconds',
    usual: 24 * 3600,
    looser: 'up',
    endsSooner: true,
    given: { as: 'maxTtl', help: 'Longest lifetime', in: everywhere },
    shown: { as: 'maxTtlSeconds', fact: ['lifetime', (seconds) => `at most ${formatDuration(seconds)}`] },
    sealed: { place: 3, words: (seconds) => `at most ${formatDuration(seconds)}` },
  },
  // compared with a VM's whole cost from creation to expiry
  askAboveCredits: {
    unit: 'credits',
    usual: 100_000n,
    looser: 'up',
    given: { as: 'askAbove', help: 'Ask for approval above this cost of one VM, USD', in: everywhere },
    shown: {
      as: 'askAboveUsd',
      help: 'Whole cost of one VM above which a person is asked',
      fact: ['asks a person', (usd) => `above ${usd} USD for one VM`],
    },
    sealed: { place: 5, words: (usd) => `ask above ${usd} USD` },
  },
  maxBurnCreditsPerHour: {
    unit: 'credits',
    usual: 100_000n,
    looser: 'up',
    given: { as: 'maxBurn', help: 'Burn of all VMs, USD per hour', in: everywhere },
    shown: { as: 'maxBurnUsdPerHour', fact: ['burn', (usd) => `at most ${usd} USD/h`] },
    sealed: { place: 6, words: (usd) => `${usd} USD/h` },
  },
  maxDayCredits: {
    unit: 'credits',
    usual: 2_000_000n,
    looser: 'up',
    given: { as: 'maxDay', help: 'Spend per UTC day, USD', in: everywhere },
    shown: { as: 'maxDayUsd', fact: ['per day', (usd) => `at most ${usd} USD`] },
    sealed: { place: 7, words: (usd) => `${usd} USD a day` },
  },
  maxTotalCredits: {
    unit: 'credits',
    usual: 5_000_000n,
    looser: 'up',
    given: { as: 'maxTotal', help: 'Spend in all until you re-authorise, USD', in: everywhere },
    shown: {
      as: 'maxTotalUsd',
      help: 'Until a person re-authorises',
      fact: ['in all', (usd) => `at most ${usd} USD until you re-authorise`],
    },
    sealed: { place: 8, words: (usd) => `${usd} USD in all` },
  },
  balanceGuardPercent: {
    unit: 'percent',
    usual: 20,
    looser: 'down',
    given: { as: 'balanceGuard', help: 'Minimum balance: % of what you had when you last authorised', in: everywhere, most: 100 },
    shown: { as: 'balanceGuardPercent', fact: ['minimum balance', (share) => `${share} % of what you had when you last authorised`] },
    sealed: { place: 9, words: (share) => `${share} % stays` },
  },
  maxComputeUnits: {
    unit: 'count',
    usual: 4,
    looser: 'up',
    given: { as: 'maxCu', help: 'Compute units of the largest VM', in: everywhere, most: 256 },
    shown: {
      as: 'maxComputeUnits',
      help: `Of ${unitWords(plainUnit)} each. A GPU VM counts those of its cards (of ${unitWords(gpuUnit)}), and the approval that it always needs lifts this limit for it`,
      fact: ['VMs at once', (count) => `of at most ${count} compute units; GPU VMs ask`],
    },
    sealed: { place: 2, words: (count) => `${count} CU each` },
  },
  creationsPerMinute: {
    unit: 'count',
    usual: 3,
    looser: 'up',
    given: { as: 'creationsPerMinute', help: 'Creations per minute', in: everywhere },
    shown: { as: 'creationsPerMinute', fact: ['pace', (count) => `${count} creations a minute; pauses after failures`] },
    sealed: { place: 10, words: (count) => `${count} creations a minute` },
  },
  coolDownSeconds: {
    unit: 'seconds',
    usual: 30,
    looser: 'down',
    given: null,
    shown: { as: 'coolDownSeconds' },
    sealed: { place: 11, words: (seconds) => `pause ${seconds} s` },
  },
  breakerFailures: {
    unit: 'count',
    usual: 3,
    looser: 'up',
    given: null,
    shown: { as: 'breakerFailures' },
    sealed: { place: 12, words: (count) => `${count} failures`, joint: ', ' },
  },
  breakerPauseSeconds: {
    unit: 'seconds',
    usual: 600,
    looser: 'down',
    given: null,
    shown: { as: 'breakerPauseSeconds' },
    sealed: { place: 13, words: (seconds) => `${seconds} s`, joint: ' ' },
  },
  // above this many VMs destroyed at once, a person is asked
  destroyAtOnce: {
    unit: 'count',
    usual: 3,
    looser: 'up',
    given: { as: 'destroyAtOnce', help: 'VMs destroyed at once unasked', in: ['root'] },
    shown: { as: 'destroyAtOnce' },
    sealed: { place: 14, words: (count) => `${count} destroyed at once` },
  },
  // looser is down: ending unreachable VMs sooner ends some that would have come back
  teardownUnreachableSeconds: {
    unit: 'seconds',
    usual: 0,
    looser: 'down',
    zeroIsOff: true,
    given: { as: 'teardownUnreachable', help: 'Destroy VMs that are unreachable for this long; 0m: never', in: ['set'], least: 600 },
    shown: {
      as: 'teardownUnreachableSeconds',
      help: '0: never',
      fact: [
        'unreachable VMs',
        (seconds) =>
          seconds === 0
            ? 'are kept until their expiry'
            : `are destroyed after ${formatDuration(seconds)}, where node or scheduler confirm it`,
      ],
    },
    sealed: {
      place: 16,
      words: (seconds) => `unreachable VMs ${seconds === 0 ? 'kept' : `destroyed after ${formatDuration(seconds)}`}`,
    },
  },
  // ends a VM that was to have a guest timer and has none
  endUnarmedSeconds: {
    unit: 'seconds',
    usual: 0,
    looser: 'up',
    zeroIsOff: true,
    endsSooner: true,
    given: { as: 'endUnarmed', help: 'Destroy VMs without a timer of their own after this long; 0m: never', in: ['set'] },
    shown: { as: 'endUnarmedSeconds', help: '0: never' },
    sealed: { place: 15, words: (seconds) => `VMs without a timer ${seconds === 0 ? 'kept' : `ended after ${formatDuration(seconds)}`}` },
  },
} as const satisfies Readonly<Record<string, LimitRow>>;
