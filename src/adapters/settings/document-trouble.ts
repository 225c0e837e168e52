import type * as z from 'zod';

/** The first key of a document that does not belong there, and why, in words. */
export const documentTrouble = (error: z.ZodError): { key: string; reason: string } => {
  const issue = error.issues[0];
  const key = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');
  return { key, reason: reasonOf(issue) };
};

const reasonOf = (issue: z.core.$ZodIssue | undefined): string => {
  if (issue?.code === 'unrecognized_keys') return 'no setting has this name';
  if (issue?.code === 'invalid_key') return `it takes ${issue.issues[0]?.message ?? 'a name'}`;
  if (issue?.code === 'invalid_type') return `it takes ${issue.expected === 'record' ? 'an object' : `a value of type ${issue.expected}`}`;
  return `it takes ${issue?.message ?? 'something else'}`;
};
