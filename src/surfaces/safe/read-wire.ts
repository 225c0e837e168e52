import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';

/** A call as it comes over the wire. */
export const wireCall = z.strictObject({
  command: z.string().min(1).max(100),
  input: z.record(z.string(), z.unknown()).default({}),
  options: z
    .strictObject({
      dryRun: z.boolean().optional(),
      approval: z.string().max(40).optional(),
      purpose: z.string().max(2000).optional(),
      task: z.string().max(100).optional(),
      timeoutSeconds: z.number().positive().max(86_400).optional(),
    })
    .default({}),
  /** Random, of the client: the same id never runs twice. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{8,100}$/)
    .optional(),
  /** Digest of the client's commands. */
  registry: z.string().max(100).optional(),
  sshKey: z
    .string()
    .max(1024)
    .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]+={0,3}$/, 'an SSH public key, type and base64 only')
    .optional(),
});

/** How somebody joins: by an invitation's code, with a token of its own making. */
export const wireJoin = z.strictObject({ code: z.string().regex(/^[0-9a-f]{40}$/), token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

export type WireCall = z.output<typeof wireCall>;

/** What is made of a call, whichever door it came by. */
export type Called = Pick<WireCall, 'command' | 'input' | 'options' | 'sshKey'>;

export const unreadable = (message: string): Failure => new Failure('USAGE', message, { sideEffects: 'none' });

/** No call is so deep, and no list or text in one so long: what walks through a value would run out of stack, or keep others waiting. */
const most = { deep: 16, items: 256, letters: 20_000 };

/** Refuses what is too deep or too long, or has a key that objects take for their prototype: where one is copied key by key, it would change the copy. */
const requireSound = (given: unknown): void => {
  let level: unknown[] = [given];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most.deep) throw unreadable(`The body is more than ${most.deep} levels deep.`);
    if (level.some((value) => typeof value === 'string' && value.length > most.letters))
      throw unreadable(`The body has a text of more than ${most.letters} characters.`);
    const inner = level.filter((value) => typeof value === 'object' && value !== null) as object[];
    if (inner.some((value) => Array.isArray(value) && value.length > most.items))
      throw unreadable(`The body has a list of more than ${most.items} items.`);
    if (inner.some((value) => Object.hasOwn(value, '__proto__'))) throw unreadable('The body has the key "__proto__", which no call has.');
    level = inner.flatMap((value) => Object.values(value));
  }
};

/** A body that is JSON of a sound shape: its text, and what that says. `USAGE`. */
export const soundBody = async (request: Request): Promise<{ text: string; value: unknown }> => {
  const bytes = await request.arrayBuffer().catch(() => {
    throw unreadable('The body did not come to its end.');
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    requireSound(value);
    return { text, value };
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : unreadable('The body is not JSON in UTF-8.');
  }
};

/** Reads a body. `USAGE` where it is no JSON, or not of the shape. */
export const readWire = async <Shape extends z.ZodType>(request: Request, shape: Shape): Promise<z.output<Shape>> => {
  const { value } = await soundBody(request);
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(`${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not right'}.`);
};
