import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { InstallSubject } from '../../domain/plan/kinds/gc.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { AlertTarget } from '../../ports/host/alerts.ts';

/**
 * Plans a timer that runs gc on this machine. Anybody may install it. A person decides about alert targets, because an agent must not
 * choose which command this machine runs and where it writes to.
 */
export const planInstall = async (
  context: ReadContext,
  wish: { everySeconds: number; alertCommand: string | undefined; alertUrl: string | undefined },
  argumentsDigest: string,
): Promise<Plan<'gc install'>> => {
  const { address: account, name: key } = context.keys.current(context.network);
  const everyMinutes = Math.round(wish.everySeconds / 60);
  if (everyMinutes < 1 || everyMinutes > 30 || everyMinutes * 60 !== wish.everySeconds) {
    throw new Failure('USAGE', '--every takes whole minutes from 1m to 30m, so that a VM is seen several times an hour.');
  }
  const before = await context.host.alerts.target();
  const asked = wish.alertCommand !== undefined || wish.alertUrl !== undefined;
  const chosen = { command: textOf(wish.alertCommand, before.command), url: textOf(wish.alertUrl, before.url) };
  if (asked) await context.host.alerts.check(chosen);
  const changes = asked && (chosen.command !== before.command || chosen.url !== before.url);
  const failing: Check[] = changes
    ? [
        {
          code: 'APPROVAL_NEEDED',
          figure: shown(chosen),
          limit: shown(before),
          message: `Alerts would go to ${shown(chosen)}: that needs approval.`,
        },
      ]
    : [];
  const subject: InstallSubject = { account, key, everyMinutes, alerts: changes ? chosen : null };
  const terms = { network: context.network, payer: account, action: 'gc install', arguments: argumentsDigest, ...subject };
  return makePlan(context.clock.now(), {
    action: 'gc install',
    terms,
    subject,
    verdict: changes ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary: `Run gc for ${key} on ${context.network} every ${everyMinutes} min${changes ? `, alerting ${shown(chosen)}` : ''}.`,
  });
};

/** Returns the new target: the typed one, null for `none`, the present one where nothing was typed. */
const textOf = (given: string | undefined, before: string | null): string | null =>
  given === undefined ? before : given === 'none' ? null : given;

const shown = ({ command, url }: AlertTarget): string => [command, url].filter((target) => target !== null).join(' and ') || 'nobody';
