import { Failure } from '../../src/domain/failure/failure.ts';
import type { FailureCode } from '../../src/domain/failure/failure-codes.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../src/domain/text/arguments-digest.ts';
import { type ProvisionRequest, planProvision } from '../../src/lifecycle/create/plan-provision.ts';
import { type Provisioned, provision } from '../../src/lifecycle/create/provision.ts';
import { type Collected, collectGarbage } from '../../src/lifecycle/gc/collect-garbage.ts';
import { planGc } from '../../src/lifecycle/gc/plan-gc.ts';
import { refusal } from '../../src/lifecycle/operation/refusal.ts';
import type { ChangeContext } from '../../src/ports/context.ts';

export type Wish = Partial<Omit<ProvisionRequest, 'argumentsDigest'>>;

/** What `vm create` makes of its arguments: one compute unit for an hour unless said otherwise. */
export const requestOf = (wish: Wish = {}): ProvisionRequest => {
  const request = {
    name: null,
    size: { computeUnits: 1 },
    extras: { gpus: [], confidential: false },
    image: 'debian12',
    ttlSeconds: 3600,
    crn: 'auto',
    acceptTerms: false,
    sshKeyFile: undefined,
    guestTimer: false,
    setup: null,
    maxHourly: null,
    maxTotal: null,
    task: null,
    requestId: null,
    ifExists: 'fail' as const,
    ...wish,
  };
  return { ...request, argumentsDigest: argumentsDigest('vm create', request) };
};

export type CreatePlan = Plan<'vm create'>;

/** One that repeats an earlier call passes for one that makes a VM: `provision` tells them apart. */
export const planCreate = async (context: ChangeContext, wish: Wish = {}): Promise<CreatePlan> =>
  (await planProvision(context, requestOf(wish))) as CreatePlan;

/** Plan and apply, as the command does where nobody is asked: a verdict other than `allow` is the refusal. */
export const create = async (context: ChangeContext, wish: Wish = {}, wait = true): Promise<Provisioned> => {
  const plan = await planCreate(context, wish);
  if (plan.verdict !== 'allow') throw refusal(plan.failing, plan);
  return provision(context, plan, wait);
};

export const createVm = async (context: ChangeContext, wish: Wish = {}): Promise<VmRecord> => (await create(context, wish)).vm;

/** `gc --execute`. */
export const gc = async (context: ChangeContext, account: string): Promise<Collected[]> =>
  collectGarbage(context, account, await planGc(context, account));

/** The code with which something failed; what it gave where it did not, and anything but a Failure, is thrown. */
export const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const outcome = await work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ('thrown' in outcome && outcome.thrown instanceof Failure) return outcome.thrown;
  if ('thrown' in outcome) throw outcome.thrown;
  throw new Error(`no failure, but ${JSON.stringify(outcome.value, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}`);
};

export const codeOf = async (work: Promise<unknown>): Promise<FailureCode> => (await failureOf(work)).code;
