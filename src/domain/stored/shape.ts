import { isInstant } from '../text/instant.ts';

/** The shape of a stored value. `troubleAt` says what does not fit and what was expected there; null where the value fits. */
export interface Shape<Value> {
  troubleAt(path: string, value: unknown): string | null;
  /** The member that has this shape may be absent. */
  readonly mayBeAbsent?: true;
  /** Never set: exists only so that TypeScript infers the exact type of a fitting value. */
  readonly fits?: (value: Value) => Value;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape of a value of any type
type AnyShape = Shape<any>;

/** The type of the values that fit a shape. */
export type Fitting<Of> = Of extends Shape<infer Value> ? Value : never;

const leaf = <Value>(words: string, fits: (value: unknown) => boolean): Shape<Value> => ({
  troubleAt: (path, value) => (fits(value) ? null : `${path} is not ${words}`),
});

const firstOf = (troubles: Iterable<string | null>): string | null => {
  for (const trouble of troubles) if (trouble !== null) return trouble;
  return null;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const written = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

export const text = leaf<string>('text', (value) => typeof value === 'string');
export const flag = leaf<boolean>('true or false', (value) => typeof value === 'boolean');
export const number = leaf<number>('a number', (value) => Number.isFinite(value));
export const count = leaf<number>('a count', (value) => Number.isSafeInteger(value) && Number(value) >= 0);
/** Ms since the epoch, or a duration; a whole number or not. */
export const time = leaf<number>('a time', (value) => isInstant(value) && value >= 0);
/** Whole credits in digits, as JSON keeps them. */
export const digits = leaf<string>('digits', written(/^\d{1,30}$/));
/** A rate, or an amount in USD. */
export const decimal = leaf<string>('a decimal', written(/^\d{1,30}(\.\d{1,30})?$/));
export const nothing = leaf<null>('null', (value) => value === null);
/** An object that is shown or hashed as a whole and never looked into. */
export const json = leaf<Readonly<Record<string, unknown>>>('an object', isObject);

export const oneOf = <const Value extends string>(...values: readonly Value[]): Shape<Value> =>
  leaf(`one of ${values.join(', ')}`, (value) => values.some((each) => each === value));

export const nullable = <Value>(shape: Shape<Value>): Shape<Value | null> => ({
  troubleAt: (path, value) => (value === null ? null : shape.troubleAt(path, value)),
});

/** A member that some rows lack. */
export const optional = <Value>(shape: Shape<Value>): Shape<Value | undefined> & { mayBeAbsent: true } => ({
  troubleAt: shape.troubleAt,
  mayBeAbsent: true,
});

export const list = <Value>(shape: Shape<Value>, least = 0): Shape<readonly Value[]> => ({
  troubleAt: (path, value) => {
    if (!Array.isArray(value) || value.length < least) return `${path} is not a list${least === 0 ? '' : ` of at least ${least}`}`;
    return firstOf(value.map((item, index) => shape.troubleAt(`${path}[${index}]`, item)));
  },
});

export const record = <Value>(shape: Shape<Value>): Shape<Record<string, Value>> => ({
  troubleAt: (path, value) =>
    isObject(value)
      ? firstOf(Object.entries(value).map(([name, member]) => shape.troubleAt(`${path}.${name}`, member)))
      : `${path} is not an object`,
});

type OptionalOf<Members> = { [Name in keyof Members]: Members[Name] extends { mayBeAbsent: true } ? Name : never }[keyof Members];

type Exactly<Members> = { [Name in Exclude<keyof Members, OptionalOf<Members>>]: Fitting<Members[Name]> } & {
  [Name in OptionalOf<Members>]?: Exclude<Fitting<Members[Name]>, undefined>;
};

/** An object with just these members: another member means that no version of ours wrote it. */
export const exactly = <Members extends Readonly<Record<string, AnyShape>>>(members: Members): Shape<Exactly<Members>> => ({
  troubleAt: (path, value) => {
    if (!isObject(value)) return `${path} is not an object`;
    const extra = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    if (extra !== undefined) return `${path} has no ${extra.slice(0, 40)}`;
    return firstOf(
      Object.entries<AnyShape>(members).map(([name, shape]) => {
        if (Object.hasOwn(value, name)) return shape.troubleAt(`${path}.${name}`, value[name]);
        return shape.mayBeAbsent ? null : `${path}.${name} is missing`;
      }),
    );
  },
});

/** An object without members. */
export const empty: Shape<Record<string, never>> = exactly({});

/** Accepts either shape; where neither fits, the trouble is that of the first. */
export const either = <One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> => ({
  troubleAt: (path, value) => (other.troubleAt(path, value) === null ? null : one.troubleAt(path, value)),
});
