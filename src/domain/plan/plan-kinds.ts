import { topupAbandon } from './kinds/abandon-top-up.ts';
import { vmAdopt } from './kinds/adopt.ts';
import { agentsResume, agentsRevoke, agentsRotate } from './kinds/agents.ts';
import { freezeAll, freezeAsOwner, vmDestroy } from './kinds/destroy.ts';
import { vmExtend } from './kinds/extend.ts';
import { gcCarrierExport, gcInstall } from './kinds/gc.ts';
import { authzGrant, authzGrantOwn, authzRevoke } from './kinds/grant.ts';
import { approveEnvelope } from './kinds/grant-envelope.ts';
import { vmProtect } from './kinds/protect.ts';
import { vmCreate } from './kinds/provision.ts';
import { vmRedeploy } from './kinds/redeploy.ts';
import { vmReinstall } from './kinds/reinstall.ts';
import { approverRemove, approverSet } from './kinds/set-approver.ts';
import { policyFunder } from './kinds/set-funder.ts';
import { agentsAdd, agentsLimit, approverSeal, policySet, policyTask } from './kinds/set-policy.ts';
import { vmSpawn } from './kinds/spawn.ts';
import { ledgerTakeOver } from './kinds/take-over.ts';
import { thawAccount } from './kinds/thaw.ts';
import { creditsTopup } from './kinds/top-up.ts';
import { creditsAllow, creditsReturn } from './kinds/transfer.ts';
import type { PlanAction, PlanOf, PlanSubjects } from './plan.ts';
import type { PlanKind, SignedAs, Stated } from './plan-kind.ts';

export type PlanKinds = { readonly [Action in PlanAction]: PlanKind<PlanSubjects[Action]> };

/** The record of each kind of plan: everything that depends on a plan's kind stands there. */
export const planKinds: PlanKinds = {
  'vm create': vmCreate,
  'vm redeploy': vmRedeploy,
  'vm spawn': vmSpawn,
  'vm extend': vmExtend,
  'vm adopt': vmAdopt,
  'vm destroy': vmDestroy,
  'vm reinstall': vmReinstall,
  'vm protect': vmProtect,
  'gc install': gcInstall,
  'gc carrier export': gcCarrierExport,
  'ledger take-over': ledgerTakeOver,
  freeze: freezeAll,
  'freeze as owner': freezeAsOwner,
  thaw: thawAccount,
  'approve envelope': approveEnvelope,
  'policy set': policySet,
  'policy task': policyTask,
  'agents add': agentsAdd,
  'agents limit': agentsLimit,
  'agents rotate': agentsRotate,
  'agents resume': agentsResume,
  'agents revoke': agentsRevoke,
  'policy funder': policyFunder,
  'policy approver set': approverSet,
  'policy approver remove': approverRemove,
  'policy approver seal': approverSeal,
  'credits allow': creditsAllow,
  'credits return': creditsReturn,
  'credits topup': creditsTopup,
  'credits topup --abandon': topupAbandon,
  'authz grant': authzGrant,
  'authz grant own': authzGrantOwn,
  'authz revoke': authzRevoke,
};

type Of<Action extends PlanAction> = Pick<PlanOf<Action, PlanSubjects[Action]>, 'action' | 'subject'>;

export const boundTo = <Action extends PlanAction>({ action, subject }: Of<Action>): unknown => planKinds[action].boundTo(subject);

export const endsOf = <Action extends PlanAction>({ action, subject }: Of<Action>): readonly string[] => planKinds[action].ends(subject);

export const aboutOf = <Action extends PlanAction>({ action, subject }: Of<Action>): readonly string[] => planKinds[action].about(subject);

export const signedAs = <Action extends PlanAction>({ action, subject }: Of<Action>): SignedAs => planKinds[action].signedAs(subject);

type StatedAs<Action extends PlanAction> = Stated<PlanSubjects[Action]> & { action: Action };

export const whatOf = <Action extends PlanAction>(plan: StatedAs<Action>): string => planKinds[plan.action].what(plan);

export const mostUsdOf = <Action extends PlanAction>(plan: StatedAs<Action>): string => planKinds[plan.action].mostUsd(plan);

export const phraseOf = <Action extends PlanAction>(plan: StatedAs<Action>, name: string): string =>
  planKinds[plan.action].phrase(plan, name);
