import * as z from 'zod';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { AnyCommand, Audience, Example, Safety, Withdrawn } from './command.ts';
import { type InputField, inputFields } from './input-fields.ts';
import type { JsonSchema } from './json-schema.ts';

/** A command as plain JSON, from which help, completion, suggestions, profiles and tool lists are made. */
export interface Described {
  name: string;
  summary: string;
  audience: Audience;
  kind: AnyCommand['kind'];
  safety: Safety;
  /** The command has a plan that `--dry-run` shows. */
  dryRun: boolean;
  /** The command has `--watch`, which redraws it in place at a terminal. */
  watch: boolean;
  inputs: InputField[];
  /** What is said of inputs that the command has no more, by key. */
  withdrawn: Record<string, Withdrawn>;
  failures: FailureCode[];
  examples: Example[];
  /** Questions for inputs that are missing, by input key. */
  questions: Record<string, string>;
}

export const inputSchemaOf = (command: AnyCommand): JsonSchema => z.toJSONSchema(command.input, { io: 'input' }) as JsonSchema;

export const outputSchemaOf = (command: AnyCommand): JsonSchema => z.toJSONSchema(command.output, { io: 'output' }) as JsonSchema;

export const describe = (command: AnyCommand): Described => ({
  name: command.name,
  summary: command.summary,
  audience: command.audience,
  kind: command.kind,
  safety: command.safety,
  dryRun:
    command.kind === 'change' && (command.safety !== 'change' || command.ofMachine === true || /^(policy|agents) /.test(command.name)),
  watch: command.kind === 'query' && command.watch === true,
  inputs: inputFields(inputSchemaOf(command), command.positionals ?? []),
  withdrawn: { ...command.withdrawn },
  failures: [...command.failures],
  examples: [...command.examples],
  questions: command.kind === 'change' ? ({ ...command.questions } as Record<string, string>) : {},
});
