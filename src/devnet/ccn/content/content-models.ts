import type * as z from 'zod';
import type { MessageType } from '../message.ts';
import type { RequirementsRule } from './instance.ts';
import { instanceContent, instanceEstimate } from './instance.ts';
import { aggregateContent, forgetContent, postContent, storeContent, storeEstimate } from './plain.ts';
import { programContent, programEstimate } from './program.ts';
import { verifiableProgramContent } from './verifiable-program.ts';

/** The model that content of each type must fit to be stored. */
export const contentModels = (rule: RequirementsRule): Record<MessageType, z.ZodType> => ({
  POST: postContent,
  AGGREGATE: aggregateContent,
  STORE: storeContent,
  PROGRAM: programContent,
  INSTANCE: instanceContent(rule),
  FORGET: forgetContent,
  'V-PROGRAM': verifiableProgramContent,
});

/** The looser models of the estimate endpoints; other types have no price. */
export const estimateModels = (rule: RequirementsRule): Partial<Record<MessageType, z.ZodType>> => ({
  STORE: storeEstimate,
  PROGRAM: programEstimate,
  INSTANCE: instanceEstimate(rule),
});
