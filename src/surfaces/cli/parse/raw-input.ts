import type { Described } from '../../../contract/declare/describe.ts';
import type { InputField } from '../../../contract/declare/input-fields.ts';

/**
 * The typed values by input key. A flag that is both global and the command's own counts for both. Environment variables stand in for
 * missing flags, unless the field is explicit. Inputs that were not given stay absent.
 */
export const rawInput = (
  command: Described,
  positionals: readonly unknown[],
  globals: { typed: object; given: object },
  own: (key: string) => unknown,
): Record<string, unknown> => {
  const typedOf = globals.typed as Readonly<Record<string, unknown>>;
  const givenOf = globals.given as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    command.inputs.flatMap((field) => {
      const given =
        field.position === null ? (own(field.key) ?? (field.explicit ? typedOf : givenOf)[field.key]) : positionals[field.position];
      const absent = given === undefined || (field.position !== null && field.many && Array.isArray(given) && given.length === 0);
      return absent ? [] : [[field.key, typed(field, given)]];
    }),
  );
};

/** Turns typed text into numbers. Text that is no number stays text, so that the failure can quote it. */
export const typed = (field: InputField, given: unknown): unknown => {
  if (Array.isArray(given)) return given.map((value) => typed({ ...field, many: false }, value));
  if (field.many) return [typed({ ...field, many: false }, given)];
  if (typeof given !== 'string') return given;
  if (field.type === 'integer' || field.type === 'number') return /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (field.type === 'boolean') return given === 'true' ? true : given === 'false' ? false : given;
  return given;
};
