import type { AnyCommand } from '../../contract/declare/command.ts';
import { type Described, outputSchemaOf } from '../../contract/declare/describe.ts';
import type { InputField } from '../../contract/declare/input-fields.ts';
import type { JsonSchema } from '../../contract/declare/json-schema.ts';
import { toolInputs, waits } from '../../contract/declare/tool.ts';

/** How many fields of an answer its schema names. */
const mostFields = 10;

/** The part of JSON Schema that tools are described with. */
type FieldSchema = {
  type?: string | string[];
  enum?: string[];
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  description?: string;
  default?: string | number | boolean;
};

export type ObjectSchema = { type: 'object'; properties?: Record<string, FieldSchema>; required?: string[] };

/**
 * A tool's arguments as JSON Schema: the command's inputs as one would type them, and how the call is to be made. It describes and does not
 * check: the command's own schema does, with words of ours.
 */
export const toolInputSchema = (command: Described, listed: readonly string[] | null): ObjectSchema => {
  const inputs = toolInputs(command);
  const required = inputs.filter((field) => field.required).map(({ key }) => key);
  const all: Record<string, FieldSchema> = {
    ...Object.fromEntries(inputs.map((field) => [field.key, asSchema(field)])),
    ...(command.dryRun ? { dryRun: { type: 'boolean', description: 'Only the plan' } } : {}),
    ...(waits(command) ? { timeoutSeconds: { type: 'integer' } } : {}),
  };
  const properties = Object.fromEntries(Object.entries(all).filter(([key]) => listed === null || listed.includes(key)));
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
};

const asSchema = ({ type, unit, many, choices, description, default: standard }: InputField): FieldSchema => {
  const [words, one] = [
    [description.replaceAll('--', ''), unit === null || unit === 'SIZE' ? '' : unit].filter((word) => word !== '').join(', '),
    { type, ...(choices === null ? {} : { enum: choices }) },
  ];
  return {
    ...(many ? { type: 'array', items: one } : one),
    ...(words === '' ? {} : { description: words }),
    // false, and an empty list, are what anybody expects
    ...(typeof standard === 'string' || typeof standard === 'number' || standard === true ? { default: standard } : {}),
  };
};

/**
 * The shape of what a tool answers: the fields that the command shows without --full, by type alone. None is required, because a plan (`dryRun`) is another shape.
 */
export const toolOutputSchema = (command: AnyCommand): ObjectSchema => {
  const schema = resolved(outputSchemaOf(command), {});
  const definitions = schema.$defs ?? {};
  const members = Object.entries(schema.properties ?? {});
  const isList = members.some(([key]) => key === 'nextCursor');
  const isShown = shownOf(command, isList);
  const shapes = members
    .filter(([key]) => isShown(key))
    // declarations begin with what matters most; what comes after is answered all the same
    .slice(0, mostFields)
    .map(([key, member]) => [key, isList && key === 'items' ? rowsOf(member, definitions, command) : plain(resolved(member, definitions))]);
  return { type: 'object', properties: Object.fromEntries(shapes) };
};

const resolved = (schema: JsonSchema, definitions: Record<string, JsonSchema>): JsonSchema =>
  schema.$ref === undefined ? schema : (definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {});

/** Whether a field is shown. A list's rows are thinned, and it keeps its count, total and cursor. */
const shownOf = ({ brief }: AnyCommand, isList: boolean): ((key: string) => boolean) =>
  brief === undefined || isList ? () => true : (key) => brief.some((path) => path.split('.')[0] === key);

/** A field by its type, and null where it may be; a field of several shapes by those. */
const plain = ({ type, anyOf, oneOf }: JsonSchema): FieldSchema => {
  const types = [type ?? (anyOf ?? oneOf ?? []).map((shape) => shape.type ?? [])].flat(2);
  const [first, ...others] = [...new Set(types)];
  return first === undefined ? {} : { type: others.length === 0 ? first : [first, ...others] };
};

/** The rows of a list, with the fields that are shown. */
const rowsOf = (schema: JsonSchema, definitions: Record<string, JsonSchema>, { brief }: AnyCommand): FieldSchema => {
  const row = resolved(schema.items ?? {}, definitions);
  const shown = brief?.map((path) => path.replace(/^items\.\*\./, '').split('.')[0]);
  const members = Object.entries(row.properties ?? {}).filter(([key]) => shown === undefined || shown.includes(key));
  return { type: 'array', items: { type: 'object', properties: Object.fromEntries(members.map(([key, member]) => [key, plain(member)])) } };
};
