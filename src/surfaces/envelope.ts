import type { Hint } from '../contract/declare/command.ts';
import type { Failure } from '../domain/failure/failure.ts';
import { failureCodes } from '../domain/failure/failure-codes.ts';
import { cleanUntrusted } from '../domain/text/untrusted.ts';
import { usualFix } from './usual-fix.ts';

export interface Warning {
  code: string;
  message: string;
}

export interface Meta {
  operation?: string;
  version: string;
}

export interface Success {
  ok: true;
  schema: string;
  data: unknown;
  warnings: Warning[];
  next: Hint[];
  meta: Meta;
}

export interface Failed {
  ok: false;
  schema: 'failure@1';
  error: Record<string, unknown>;
  warnings?: Warning[];
  meta: Meta;
}

/** The schema name of a command: `vm create` → `vm.create@1`. */
export const schemaName = (command: string): string => `${command.replaceAll(' ', '.')}@1`;

export const success = (schema: string, data: unknown, facts: { warnings: Warning[]; next: Hint[]; meta: Meta }): Success => ({
  ok: true,
  schema,
  data,
  ...facts,
});

/**
 * The failure envelope (conventions.md §1.4). Side effects that the failure does not state are `none`, and the exposure is `0`, except
 * after a bug: what then still bills is unknown, hence null.
 */
export const failed = (failure: Failure, facts: { command: string | null; exit: number; warnings: Warning[]; meta: Meta }): Failed => {
  const { code, details } = failure;
  return {
    ok: false,
    schema: 'failure@1',
    error: {
      code,
      exit: facts.exit,
      message: cleanUntrusted(failure.message),
      retryable: failureCodes[code].retryable,
      ...(details.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: details.retryAfterSeconds }),
      sideEffects: details.sideEffects ?? 'none',
      exposureUsdPerHour: details.exposureUsdPerHour ?? (code === 'INTERNAL' && details.sideEffects !== 'none' ? null : '0'),
      fix: details.fix ?? usualFix(failure, facts.command),
      checks: (details.checks ?? []).map(({ code, of, figure, limit }) => ({
        code,
        ...(of === undefined ? {} : { of }),
        figure: cleanUntrusted(figure),
        limit,
      })),
      facts: details.facts ?? {},
    },
    ...(facts.warnings.length === 0 ? {} : { warnings: facts.warnings }),
    meta: facts.meta,
  };
};
