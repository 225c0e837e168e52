import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { shows } from '../../domain/grants/edit-grants.ts';
import { narrowEntry, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { powersInWords, powersOf } from '../../domain/grants/grant-powers.ts';
import { usd } from '../../domain/money/money.ts';
import type { GrantExposure, GrantSubject } from '../../domain/plan/kinds/grant.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { endOfGrant } from './grant-ends.ts';
import { requireNarrow } from './require-narrow.ts';

export interface GrantWish {
  address: string;
  channel: string;
  /** Addresses whose wide entries the owner wants to stay. */
  keepWide: readonly string[];
  /** Seconds after which gc takes the grant back; absent: never. */
  lastsSeconds?: number | undefined;
}

/**
 * Plans the narrowest grant with which `address` rents VMs that the account in use pays. Always asks a person. `GRANT_TOO_WIDE` where
 * somebody has a grant that is no narrow one and was not named, and where the account holds what a delegate could destroy or spend, unless
 * the approver signs that list.
 */
export const planGrant = async (context: ReadContext, wish: GrantWish, argumentsDigest: string): Promise<Plan<'authz grant'>> => {
  const { address: account } = context.keys.current(context.network);
  requireAnother(account, wish.address);
  const cloud = await context.cloud();
  const [state, owned, balance, policy] = await Promise.all([
    readGrants(context, account),
    cloud.accounts.owned(account),
    cloud.accounts.balance(account),
    readPolicy(context, account),
  ]);
  const entries = readGrantEntries(state.authorizations);
  requireNarrow(entries, wish);
  const others = owned.filter(({ sender }) => sender.toLowerCase() !== wish.address.toLowerCase());
  const exposes: GrantExposure = {
    vms: others.filter(({ type }) => type === 'INSTANCE').map(({ id }) => id),
    programs: others.filter(({ type }) => type !== 'INSTANCE').map(({ id }) => id),
    creditsUsd: usd(balance.credits),
  };
  const reached = exposes.vms.length + exposes.programs.length;
  const rich = balance.credits > policy.limits.maxTotalCredits;
  const tooWide: Check[] = [
    ...(reached === 0
      ? []
      : [
          {
            code: 'GRANT_TOO_WIDE' as const,
            figure: String(reached),
            limit: '0',
            message: `The account pays ${reached === 1 ? 'a VM or program' : `${reached} VMs and programs`} of others (${[...exposes.vms, ...exposes.programs].map(shortId).join(', ')}), which this key could destroy or operate.`,
          },
        ]),
    ...(rich
      ? [
          {
            code: 'GRANT_TOO_WIDE' as const,
            figure: exposes.creditsUsd,
            limit: usd(policy.limits.maxTotalCredits),
            message: `The account holds ${exposes.creditsUsd} USD, and a grant has no spending cap: all of it could be spent on VMs.`,
          },
        ]
      : []),
  ];
  const asks: Check = {
    code: 'APPROVAL_NEEDED',
    figure: wish.address,
    limit: policy.approver ?? 'a person',
    message: `${policy.approver === null ? 'A person' : `The approver ${policy.approver}`} decides who spends from the account.`,
  };
  const end = endOfGrant(await context.ledger(), { account, network: context.network }, wish);
  const ending = wish.lastsSeconds === undefined ? Number.POSITIVE_INFINITY : context.clock.now() + wish.lastsSeconds * 1000;
  // One that stands may end sooner without asking, and later only as one that is new.
  const stands =
    shows(state.authorizations, { add: [narrowEntry(wish.address, wish.channel)], remove: [] }) && (end === null || ending <= end);
  const denied = !stands && policy.approver === null && tooWide.length > 0;
  const failing = stands ? [] : [...tooWide, ...(denied ? [] : [asks])];
  const { address, channel, lastsSeconds } = wish;
  const subject: GrantSubject = { account, address, channel, ...(lastsSeconds === undefined ? {} : { lastsSeconds }), exposes };
  return makePlan(context.clock.now(), {
    action: 'authz grant',
    terms: { network: context.network, payer: account, action: 'authz grant', arguments: argumentsDigest, ...subject },
    subject,
    verdict: stands ? 'allow' : denied ? 'deny' : 'approve',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    notes: notesOf(account, wish, exposes),
    summary: `Let ${wish.address} rent VMs that ${account} pays, with messages on channel ${wish.channel} alone.`,
    name: wish.address,
  });
};

const notesOf = (account: string, { address, channel, lastsSeconds }: GrantWish, exposes: GrantExposure): string[] => [
  `${address} may ${powersInWords(powersOf(readGrantEntries([narrowEntry(address, channel)]))).join(', ')}.`,
  `It could spend all of the ${exposes.creditsUsd} USD of ${account}. The network adds no limit: no cap and no end. The limits of the agent's own policy are kept by its tool, on its machine.`,
  lastsSeconds === undefined
    ? 'The grant stands until you take it back.'
    : `gc on this machine takes it back after ${formatDuration(lastsSeconds)}, if it runs here then with this key unlocked; what runs by then goes on costing you, and only you can end it (authz revoke --destroy-vms).`,
  exposes.vms.length === 0
    ? 'The account pays no VM of anybody else.'
    : `It could destroy ${counted(exposes.vms.length, 'VM')} of others: ${exposes.vms.map(shortId).join(', ')}.`,
  'The grant is public.',
];

const requireAnother = (account: string, address: string): void => {
  if (account.toLowerCase() !== address.toLowerCase()) return;
  throw new Failure('USAGE', `${address} is the account itself, which needs no grant.`, {
    fix: human("Give the address of the agent's key, as authz request prints it there.", 'authz request'),
  });
};
