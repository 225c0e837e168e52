import { parseInstant } from '../../../src/domain/text/instant.ts';
import { shortId } from '../../../src/domain/text/short-id.ts';
import type { World } from '../../support/test-context.ts';
import type { SignedWords } from './signed-words.ts';

/** A VM as the network has it: nothing of the ledger. */
export interface PublicVm {
  id: string;
  perSecond: number;
  /** From its signing to the latest expiry that is public, seconds. */
  lifeSeconds: number;
  expiresAt: number;
  endedAt: number | null;
  computeUnits: number;
}

const expiryOf = (content: unknown): number | null => {
  const text = (content as { expires?: string } | null | undefined)?.expires;
  return text === undefined ? null : parseInstant(text);
};

export const publicVms = ({ devnet, account }: World): PublicVm[] =>
  devnet.ccn
    .bills()
    .filter(({ owner }) => owner === account)
    .map((bill) => {
      const content = devnet.chain.instance(bill.hash)?.content as
        | { time: number; metadata: unknown; resources: { vcpus: number; memory: number } }
        | undefined;
      const journal = (['a', 'b'] as const).flatMap((host) =>
        (devnet.ccn.state(host).aggregates.get(account)?.get('aleph-agent') ?? []).flatMap(
          ({ content: said }) => expiryOf(said[bill.hash]) ?? [],
        ),
      );
      const signedAt = (content?.time ?? 0) * 1000;
      const expiresAt = Math.max(expiryOf(content?.metadata) ?? 0, ...journal);
      return {
        id: bill.hash,
        perSecond: Number(bill.creditsPerSecond),
        lifeSeconds: (expiresAt - signedAt) / 1000,
        expiresAt,
        endedAt: bill.endedAt,
        computeUnits: content?.resources.vcpus ?? 0,
      };
    });

/** Half a cent of a percent for what is rounded up, and two of a hundred for a price that moved within its bounds. */
const about = (credits: bigint): number => Number(credits) * 1.02 + 1;

/** VMs that cost more than runs unasked, and that no signature is for; each signature counts for what it was given. */
const unsigned = (vms: readonly PublicVm[], words: SignedWords): string[] => {
  const grants = words.grants.map((grant) => ({ ...grant, left: grant.credits }));
  const wholes = vms.map((vm) => ({ vm, whole: vm.perSecond * vm.lifeSeconds })).sort((a, b) => b.whole - a.whole);
  return wholes.flatMap(({ vm, whole }) => {
    if (whole <= about(words.loosest.askAboveCredits)) return [];
    const fits = grants
      .filter(
        ({ what, vms: count, left }) => count > 0 && about(left) >= whole && (!what.startsWith('Let VM') || what.includes(shortId(vm.id))),
      )
      .sort((a, b) => Number(a.left - b.left));
    const [grant] = fits;
    if (grant === undefined) return [`${shortId(vm.id)} costs ${Math.round(whole)} credits until its expiry, and nobody signed that`];
    grant.vms -= 1;
    grant.left -= BigInt(Math.floor(whole));
    return [];
  });
};

/** What the network shows that the approver's word does not cover: a sentence for each. */
export const overThresholds = (world: World, words: SignedWords): string[] => {
  const vms = publicVms(world);
  const now = world.devnet.clock.now();
  const live = vms.filter(({ endedAt, expiresAt }) => endedAt === null && expiresAt > now);
  const { loosest } = words;
  const burn = live.reduce((sum, { perSecond }) => sum + perSecond * 3600, 0);
  const total = vms.reduce((sum, vm) => sum + vm.perSecond * vm.lifeSeconds, 0);
  return [
    ...unsigned(vms, words),
    ...(live.length > loosest.maxVms ? [`${live.length} VMs live at once, ${loosest.maxVms} are allowed`] : []),
    ...(burn > about(loosest.maxBurnCreditsPerHour)
      ? [`a burn of ${Math.round(burn)} credits/h, ${loosest.maxBurnCreditsPerHour} are allowed`]
      : []),
    ...(total > about(loosest.maxTotalCredits) ? [`${Math.round(total)} credits in all, ${loosest.maxTotalCredits} are allowed`] : []),
    ...vms.flatMap(({ id, lifeSeconds, computeUnits }) => [
      ...(lifeSeconds > loosest.maxTtlSeconds + 1 ? [`${shortId(id)} lives for ${Math.round(lifeSeconds)} s`] : []),
      ...(computeUnits > loosest.maxComputeUnits ? [`${shortId(id)} has ${computeUnits} compute units`] : []),
    ]),
  ];
};
