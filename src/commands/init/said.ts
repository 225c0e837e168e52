import type * as z from 'zod';
import type { AnsweredDocument } from '../../contract/declare/door.ts';

/** What a document tells, in this shape; null for a failure. */
export const said = <Shape extends z.ZodType>(document: AnsweredDocument, shape: Shape): z.output<Shape> | null =>
  document.ok ? shape.parse(document.data) : null;

/** Why a call failed, in its own words; null where it did not. */
export const trouble = (document: AnsweredDocument): string | null => (document.ok ? null : `${document.error['message']}`);
