import type { AnyCommand, Change, Hint, Terminal } from '../contract/declare/command.ts';
import type { Consenter, SpendGate } from '../contract/declare/door.ts';
import { Failure } from '../domain/failure/failure.ts';
import type { FailureCode } from '../domain/failure/failure-codes.ts';
import { isAboutTheSame } from '../domain/plan/is-about-the-same.ts';
import type { AnyPlan } from '../domain/plan/plan.ts';
import { argumentsDigest } from '../domain/text/arguments-digest.ts';
import { refusal } from '../lifecycle/operation/refusal.ts';
import type { ChangeContext, ReadContext } from '../ports/context.ts';
import { approvalNeeded } from './approval-needed.ts';
import type { Consent, Consented } from './consent.ts';
import { parseInput } from './parse-input.ts';

export interface Call {
  command: AnyCommand;
  raw: Readonly<Record<string, unknown>>;
  contexts: { read(): Promise<ReadContext>; change(): Promise<ChangeContext> };
  /** Where approvals are stored; loaded for calls that change something. */
  consent(): Promise<Consent>;
  /** null: nobody can be asked. */
  person: Consenter | null;
  terminal: Terminal;
  dryRun: boolean;
  yes: boolean;
  /** `--approval ID`. */
  approval: string | null;
  /** What to do with a code that the command does not declare: `refuse` makes it a bug, as tests want; `pass` lets it through. */
  undeclared: 'refuse' | 'pass';
  /** A limit of whoever makes the call, on top of the policy's; absent for none. */
  gate?: SpendGate | undefined;
}

export type Executed = { kind: 'result'; data: unknown; next: Hint[]; exit: number } | { kind: 'plan'; plan: AnyPlan };

/** The one way from raw input to a checked result: parse, plan, consent, apply. Throws nothing but a `Failure`. */
export const execute = async (call: Call): Promise<Executed> => {
  try {
    const input = parseInput(call.command, call.raw);
    return await run(call, input);
  } catch (thrown) {
    throw refuseUndeclared(call, thrown);
  }
};

const run = async (call: Call, input: Record<string, unknown>): Promise<Executed> => {
  const { command, contexts } = call;
  if (command.kind === 'query') return finished(command, await command.run(await contexts.read(), input), 0);
  if (command.kind === 'session') {
    const { data, exit } = await command.run(await contexts.change(), input, call.terminal);
    return finished(command, data, exit ?? 0);
  }
  if (command.first === undefined || call.dryRun) return planned(call, command, input);
  const done = await command.first(await contexts.change(), input);
  return planned(call, command, input).catch((thrown: unknown) => {
    throw done ? afterFirst(thrown) : thrown;
  });
};

/** A failure after the command's `first` part ran has partial side effects. */
const afterFirst = (thrown: unknown): unknown =>
  thrown instanceof Failure ? new Failure(thrown.code, thrown.message, { sideEffects: 'partial', ...thrown.details }) : thrown;

const planned = async (call: Call, command: Change, input: Record<string, unknown>): Promise<Executed> => {
  const { contexts } = call;
  const reading = await contexts.read();
  const { payer } = reading.caller;
  const bound = (await command.bound?.(reading, input)) ?? input;
  // Where no other account pays, the digest is that of earlier versions.
  const digest = argumentsDigest(command.name, payer === null ? bound : { ...bound, payer });
  const request = { command: command.name, argumentsDigest: digest };
  if (call.approval !== null && !call.dryRun) {
    const context = await contexts.change();
    const approved = await (await call.consent()).take(context, { ...request, approval: call.approval, account: null });
    if (approved !== null) return finished(command, await applied(call, command, approved, input), 0);
  }
  if (command.safety === 'spend' && !call.dryRun) loadMeanwhile(contexts);
  const plan = await command.plan(reading, input, request.argumentsDigest);
  if (call.dryRun) return { kind: 'plan', plan };
  const agreed = await agree(call, command, plan, request);
  return finished(command, await applied(call, command, agreed, input), 0);
};

/** What pays is signed: what signing needs is loaded while the plan's questions travel. Where that cannot be, whoever signs says why. */
const loadMeanwhile = ({ change }: Call['contexts']): void =>
  void change()
    .then((context) => context.cloud())
    .then((cloud) => cloud.signing.prepareMeanwhile())
    .catch(() => {});

/**
 * Applies the plan. An approval whose plan can no longer be applied is voided, or else the same call would use it again until it expires.
 */
const applied = async (
  { consent, contexts, gate }: Call,
  command: Change,
  plan: AnyPlan,
  input: Record<string, unknown>,
): Promise<unknown> => {
  const context = await contexts.change();
  const counted = command.safety === 'spend' ? gate?.(plan) : undefined;
  const data = await command.apply(context, plan, input).catch(async (thrown: unknown) => {
    counted?.failed();
    const moved = thrown instanceof Failure && (thrown.code === 'PLAN_MOVED' || thrown.code === 'PRICE_MOVED');
    if (moved && plan.approval !== null) await (await consent()).release(context, plan.approval);
    throw thrown;
  });
  if (typeof data === 'object' && data !== null && 'replayed' in data && data.replayed === true) counted?.replayed();
  return data;
};

/** The plan that may be applied, once the policy or a person agreed. Throws a failure otherwise. */
const agree = async (call: Call, command: Change, plan: AnyPlan, request: Consented): Promise<AnyPlan> => {
  const { person } = call;
  if (plan.verdict === 'deny') throw refusal(plan.failing, plan);
  if (plan.verdict === 'allow') {
    // A person types the phrase even with --yes: typing is how a person gives an approval.
    if (plan.consentPhrase !== null && plan.approval === null) {
      if (person === null || !(await person.approve(plan, plan.consentPhrase))) throw declined(command, plan);
      return plan;
    }
    const shows = 'changesNothing' in plan && plan.changesNothing === true;
    const asks = command.safety !== 'change' || command.ofMachine === true;
    const ask = person !== null && !call.yes && asks && plan.approval === null && !shows;
    if (ask && !(await person.confirm(plan))) throw declined(command, plan);
    return plan;
  }
  const [context, consent] = [await call.contexts.change(), await call.consent()];
  const account = typeof plan.terms['account'] === 'string' ? plan.terms['account'] : null;
  const approved = await consent.take(context, { ...request, approval: null, account });
  if (approved !== null && isAboutTheSame(approved, plan)) return approved;
  if (approved !== null) await consent.release(context, approved.approval!);
  const stored = await consent.request(context, { ...request, plan });
  if (person === null || stored.approver !== null) throw approvalNeeded(plan, stored);
  // the person approves the stored plan, so that one is shown, with what is to be seen of it now
  const { consentPhrase } = stored.plan;
  const shown = plan.notes === undefined ? stored.plan : { ...stored.plan, notes: plan.notes };
  const asked = consentPhrase === null ? person.confirm(shown) : person.approve(shown, consentPhrase);
  // whoever walks away closes the request, and may make the same call again; to forbid it for a while is what deny is for
  const agreed = await asked.catch(async (thrown: unknown) => {
    await consent.release(context, stored.id);
    throw thrown;
  });
  if (agreed) return consent.grant(context, stored.id, request);
  await consent.release(context, stored.id);
  throw declined(command, plan, ` Request ${stored.id} is closed.`);
};

/** What a person who said no hears: what was not done, and that it cost nothing. */
const declined = ({ safety }: Change, { summary }: AnyPlan, closed = ''): Failure => {
  const unspent = safety === 'spend' ? ', and nothing was spent' : '';
  return new Failure('DECLINED', `Cancelled: nothing was done${unspent}.${closed} The plan was: ${summary.replace(/\.$/, '')}.`);
};

const finished = (command: AnyCommand, data: unknown, exit: number): Executed => {
  const checked = command.output.safeParse(data);
  if (!checked.success) {
    const where = checked.error.issues.map(
      (issue: { path: PropertyKey[]; message: string }) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new Failure('INTERNAL', `${command.name} made an output that is not what it declares (${where.join('; ')}).`, {
      sideEffects: command.safety === 'read' ? 'none' : 'complete',
    });
  }
  return { kind: 'result', data: checked.data, next: command.next?.(checked.data) ?? [], exit };
};

/** Failure codes that any command may end with. */
const everywhere: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'USAGE',
  'INPUT_MISSING',
  'INTERNAL',
  'INTERRUPTED',
  'CONFIG_INVALID',
  'NETWORK_UNAVAILABLE',
  'NETWORK_ANSWER_INVALID',
  'LEDGER_BUSY',
  'LEDGER_UNREADABLE',
  'LEDGER_TOO_NEW',
  'KEY_MISSING',
  'KEY_NOT_FOUND',
  'KEY_LOCKED',
  'KEY_INVALID',
  'WRONG_NETWORK',
  'KEY_USE',
  'AGENT_REFUSED',
  'DEVNET_NOT_RUNNING',
]);

/** Failure codes of consent, which come from this file and not from the command. */
const ofConsent: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'SESSION_LIMIT',
  'APPROVAL_NEEDED',
  'APPROVAL_NOT_FOUND',
  'APPROVAL_EXPIRED',
  'DECLINED',
]);

const refuseUndeclared = (call: Call, thrown: unknown): unknown => {
  if (call.undeclared === 'pass' || !(thrown instanceof Failure)) return thrown;
  const { code } = thrown;
  const declared = call.command.failures.includes(code) || everywhere.has(code) || (call.command.kind === 'change' && ofConsent.has(code));
  if (declared) return thrown;
  return new Failure('INTERNAL', `${call.command.name} failed with ${code}, which it does not declare.`, { cause: thrown });
};
