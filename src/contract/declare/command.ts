import type * as z from 'zod';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { AnyPlan } from '../../domain/plan/plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { Walk } from './question.ts';
import type { Style } from './style.ts';

export type Safety = 'read' | 'change' | 'spend' | 'destroy';

/** Who calls it: an agent in its loop, or the person who owns the account: sets up, decides, backs up, tries out. */
export type Audience = 'agent' | 'owner';

/** A command line without the program's name, and why one would type it. Each one runs in a test. */
export interface Example {
  line: string;
  why: string;
}

/** The next step after a result: a full command, made of ids and our own names only. */
export interface Hint {
  command: string;
  why: string;
}

export type InputSchema = z.ZodObject;
export type OutputSchema = z.ZodType;

interface Declared<Input extends InputSchema, Output extends OutputSchema> {
  /** `vm create`: noun and verb, the path of its file. */
  name: string;
  summary: string;
  /** Whose profile has it in full. */
  audience: Audience;
  input: Input;
  /** Input keys taken by position, in order; the last may be variadic when its schema is an array. */
  positionals?: readonly (keyof z.output<Input> & string)[];
  output: Output;
  /** The codes that a caller must expect, beside USAGE, INTERNAL and INTERRUPTED. */
  failures: readonly FailureCode[];
  examples: readonly Example[];
  /** For people: data in, text out. */
  text(output: z.output<Output>, style: Style): string;
  next?(output: z.output<Output>): Hint[];
  /** Paths of the fields shown without `--full` (`items.*.name` style); absent shows all. */
  brief?: readonly string[];
}

export interface Query<Input extends InputSchema = InputSchema, Output extends OutputSchema = OutputSchema>
  extends Declared<Input, Output> {
  kind: 'query';
  safety: 'read';
  /** It has `--watch`: at a terminal it is run again and again, and its text redrawn in place. */
  watch?: true;
  run(context: ReadContext, input: z.output<Input>): Promise<z.output<Output>>;
}

export interface Change<
  Input extends InputSchema = InputSchema,
  Output extends OutputSchema = OutputSchema,
  Planned extends AnyPlan = AnyPlan,
> extends Declared<Input, Output> {
  kind: 'change';
  safety: 'change' | 'spend' | 'destroy';
  /** What needs nobody: done before anybody is asked, and kept whatever is answered. `--dry-run` leaves it out. */
  first?(context: ChangeContext, input: z.output<Input>): Promise<void>;
  /** Reads; says what would be done, what it costs, what the policy says. `spend`, `destroy` and policy changes get `--dry-run`. `argumentsDigest`: what a request id or an approval is bound to. */
  plan(context: ReadContext, input: z.output<Input>, argumentsDigest: string): Promise<Planned>;
  apply(context: ChangeContext, plan: Planned, input: z.output<Input>): Promise<z.output<Output>>;
  /** Asked at a terminal for what is missing. */
  questions?: Partial<Record<keyof z.input<Input> & string, string>>;
  /** Asked at a terminal, one after the other, when nothing at all was given. */
  walk?(context: ReadContext): Walk;
}

/** What a session may do with the process's own streams. */
export interface Terminal {
  /** stdin and stdout are terminals and text mode holds. */
  readonly interactive: boolean;
  /** JSON or NDJSON mode: print nothing oneself, return the data. */
  readonly machine: boolean;
  write(text: string): void;
  writeError(text: string): void;
  /** Emits the envelope of a long-running session's first document at once (devnet up). */
  announce(data: unknown): void;
}

export interface Session<Input extends InputSchema = InputSchema, Output extends OutputSchema = OutputSchema>
  extends Declared<Input, Output> {
  kind: 'session';
  safety: Safety;
  /** `exit` passes a remote exit code through. */
  run(context: ChangeContext, input: z.output<Input>, terminal: Terminal): Promise<{ data: z.output<Output>; exit?: number }>;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds commands of every input and output
export type AnyCommand = Query<any, any> | Change<any, any, any> | Session<any, any>;

export const query = <Input extends InputSchema, Output extends OutputSchema>(
  declared: Omit<Query<Input, Output>, 'kind' | 'safety'>,
): Query<Input, Output> => ({ ...declared, kind: 'query', safety: 'read' });

export const change = <Input extends InputSchema, Output extends OutputSchema, Planned extends AnyPlan>(
  declared: Omit<Change<Input, Output, Planned>, 'kind'>,
): Change<Input, Output, Planned> => ({ ...declared, kind: 'change' });

export const session = <Input extends InputSchema, Output extends OutputSchema>(
  declared: Omit<Session<Input, Output>, 'kind'>,
): Session<Input, Output> => ({ ...declared, kind: 'session' });
