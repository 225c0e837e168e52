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

/** Reads a body. `USAGE` where it is no JSON, or not of the shape. */
export const readWire = async <Shape extends z.ZodType>(request: Request, shape: Shape): Promise<z.output<Shape>> => {
  const given: unknown = await request.json().catch(() => {
    throw unreadable('The body is not JSON.');
  });
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(`${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not right'}.`);
};
