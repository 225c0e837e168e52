import type * as z from 'zod';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { AnyPlan } from '../../domain/plan/plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { Described } from './describe.ts';
import type { Answered, AnsweredDocument, Around, McpManner, Order, PageEnd, PageManner, SafeManner } from './door.ts';
import type { Asker, Walk } from './question.ts';
import type { Style } from './style.ts';

export type Safety = 'read' | 'change' | 'spend' | 'destroy';

/** Who calls the command: an agent in its loop, or the person who owns the account and sets up, decides, backs up or tries out. */
export type Audience = 'agent' | 'owner';

/** A command line without the program's name, and why one would type it. A test runs each example. */
export interface Example {
  line: string;
  why: string;
}

/** A suggested next step after a result: a full command, made only of ids and names of ours. */
export interface Hint {
  command: string;
  why: string;
}

/** What is said to whoever gives an input that a command has no more. */
export interface Withdrawn {
  code: FailureCode;
  message: string;
}

export type InputSchema = z.ZodObject;
export type OutputSchema = z.ZodType;

interface Declared<Input extends InputSchema, Output extends OutputSchema> {
  /** Noun and verb, like `vm create`; also the path of the command's file. */
  name: string;
  summary: string;
  /** The audience whose profile describes the command in full. */
  audience: Audience;
  input: Input;
  /** Input keys that are given by position, in order; the last one is variadic where its schema is an array. */
  positionals?: readonly (keyof z.output<Input> & string)[];
  output: Output;
  /** Inputs that the command had once, by key, and what whoever still gives one is told. */
  withdrawn?: Readonly<Record<string, Withdrawn>>;
  /** The failure codes that a caller must expect, besides those that every command has. */
  failures: readonly FailureCode[];
  examples: readonly Example[];
  /** The command reads and writes the settings alone, so it also runs where they lack the network in use, or a part of it. */
  settingsOnly?: true;
  /** The output as text for people. */
  text(output: z.output<Output>, style: Style): string;
  next?(output: z.output<Output>): Hint[];
  /** Paths of the fields shown without `--full` (`items.*.name` style); absent: all fields. */
  brief?: readonly string[];
  /** What `--brief` prints in place of the usual fields; absent: these. */
  terse?(output: z.output<Output>): unknown;
}

export interface Query<Input extends InputSchema = InputSchema, Output extends OutputSchema = OutputSchema>
  extends Declared<Input, Output> {
  kind: 'query';
  safety: 'read';
  /** The command has `--watch`: at a terminal it runs again and again, and its text is redrawn in place. */
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
  /**
   * The part of the change that needs nobody's consent. It runs before the plan and its result stays even if a person says no; `--dry-run`
   * skips it. Returns whether there was anything to do: false leaves a failure of the plan without side effects.
   */
  first?(context: ChangeContext, input: z.output<Input>): Promise<boolean>;
  /**
   * Says what would be done, what that costs and what the policy says; reads only. `spend`, `destroy` and policy changes get `--dry-run`.
   * `argumentsDigest`: what a request id or an approval is bound to.
   */
  plan(context: ReadContext, input: z.output<Input>, argumentsDigest: string): Promise<Planned>;
  apply(context: ChangeContext, plan: Planned, input: z.output<Input>): Promise<z.output<Output>>;
  /**
   * The input as approvals and request ids are bound to it, where that is not what was typed: a file's content instead of its name. Absent:
   * the input itself.
   */
  bound?(context: ReadContext, input: z.output<Input>): Promise<Readonly<Record<string, unknown>>>;
  /** The change is one of the whole machine, beyond our own home: it has `--dry-run`, and at a terminal a person is asked first. */
  ofMachine?: true;
  /** Questions for inputs that are missing, asked at a terminal. */
  questions?: Partial<Record<keyof z.input<Input> & string, string>>;
  /** Questions asked one after the other at a terminal, when the command line gives no input at all. */
  walk?(context: ReadContext): Walk;
}

/** What a session may do with this process's own streams. */
export interface Terminal {
  /** stdin and stdout are terminals and text mode holds. */
  readonly interactive: boolean;
  /** JSON or NDJSON mode: the session prints nothing itself and returns its data. */
  readonly machine: boolean;
  write(text: string): void;
  writeError(text: string): void;
  /** Writes text for people, broken between words where the screen ends. */
  paragraph(text: string): void;
  /** Writes one dim line beside the output, for people. */
  note(text: string): void;
  /** Prints the envelope with a long-running session's first document at once (devnet up). */
  announce(data: unknown): void;
  /** Every command of this program, as data. */
  commands(): Promise<readonly Described[]>;
  /** Makes another call of this program, with this call's network, key, task and payer. Never throws: a failure is a document, too. */
  call(order: Order, around?: Around): Promise<Answered>;
  /** Asks the person at this terminal; null where nobody may be asked. */
  readonly asker: Asker | null;
  /** Shows a command as a line, and runs it at this terminal as if it had been typed. Resolves with its exit code; never throws. */
  run(order: Order): Promise<number>;
  /** Prints a document as this call's only one. */
  pass(document: AnsweredDocument): void;
  /** Serves MCP on this process's stdin and stdout until the client closes them. Resolves with the number of calls that were answered. */
  serveMcp(manner: McpManner): Promise<number>;
  /** Serves the safe until the program is told to end. Resolves with the number of agents' calls that were answered. */
  serveSafe(manner: SafeManner): Promise<number>;
  /** Serves the page to a browser of this machine until the program is told to end, or nobody may use the page any more. */
  servePage(manner: PageManner): Promise<PageEnd>;
}

export interface Session<Input extends InputSchema = InputSchema, Output extends OutputSchema = OutputSchema>
  extends Declared<Input, Output> {
  kind: 'session';
  safety: Safety;
  /** Told to end, it takes the time that it needs: for the calls under way there, or to take away what it made. */
  endsUnhurried?: true;
  /** `exit`: a remote exit code that becomes the program's own. */
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
