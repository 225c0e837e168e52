import * as z from 'zod';
import { commandLine } from '../../domain/suggest/command-line.ts';
import type { Style } from '../declare/style.ts';
import { instant } from '../fields/fields.ts';

/** How this machine runs gc by itself. */
export const timerOutput = z.object({
  kind: z.enum(['systemd', 'launchd', 'cron']).nullable(),
  active: z.boolean().nullable().describe('null: the host does not say'),
  files: z.array(z.string()),
  log: z.string().nullable(),
  missing: z.string().nullable().describe('What a person must still do'),
  lastSeenAt: instant.nullable().describe('When it last ran'),
  alertCommand: z.string().nullable(),
  alertUrl: z.string().nullable(),
  alertFile: z.string().nullable().describe('Has the secret of the HMAC'),
});

export type TimerOutput = z.output<typeof timerOutput>;

export const timerText = (timer: TimerOutput, style: Style): string =>
  style.facts([
    [
      'gc runs by',
      timer.kind !== null
        ? `${timer.kind}${timer.active === false ? ', which does not run it' : ''}`
        : `nothing: ${commandLine('gc install')}`,
    ],
    ['last seen', timer.lastSeenAt ?? 'never'],
    ...(timer.files.length === 0 ? [] : [['files', timer.files.join(', ')] as const]),
    ...(timer.log === null ? [] : [['log', timer.log] as const]),
    ...(timer.missing === null ? [] : [['still needed', timer.missing] as const]),
    ['alerts', [timer.alertCommand, timer.alertUrl].filter((target) => target !== null).join(', ') || 'nobody'],
    ...(timer.alertFile === null ? [] : [['secret of the HMAC', `in ${timer.alertFile}`] as const]),
  ]);
