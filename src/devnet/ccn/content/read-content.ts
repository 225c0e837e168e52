import type * as z from 'zod';
import type { Content, MessageType } from '../message.ts';

export type Models = Partial<Record<MessageType, z.ZodType>>;

/** JSON that writes a whole number as 10.0 is no strict integer to the server; JSON.parse cannot tell. */
const hasFloatSize = (text: string): boolean => /"size_mib"\s*:\s*-?\d+[.eE]/.test(text);

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** A message's content, raw and with the model's defaults; null for what does not fit the model of its type. */
export const readContent = (text: string, type: MessageType, models: Models): { content: Content; filled: Content } | null => {
  if ((type === 'INSTANCE' || type === 'PROGRAM') && hasFloatSize(text)) return null;
  const content = parseObject(text);
  const filled = content === null ? null : models[type]?.safeParse(content);
  return filled?.success ? { content: content as Content, filled: filled.data as Content } : null;
};
