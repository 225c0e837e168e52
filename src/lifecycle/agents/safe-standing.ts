import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { AnsweringSafe } from '../../ports/host/safe-place.ts';
import type { InstalledService } from '../../ports/host/safe-service.ts';
import { type CarriedVms, carriedVms } from '../timers/carried-vms.ts';

/** What the ledger of a safe says of its work, over all networks. */
export interface SafeWork extends CarriedVms {
  /** Agents that are not revoked. */
  agents: number;
  /** When a round was last begun, ms; null for never. */
  roundAt: number | null;
}

export interface SafeStanding {
  safe: AnsweringSafe | null;
  service: InstalledService | null;
  /** null: this is not the safe's user, and its ledger is nobody else's to read. */
  work: SafeWork | null;
}

const workIn = async (context: ReadContext): Promise<SafeWork> => {
  const ledger = await context.ledger();
  const agents = ledger.agents().filter(({ revokedAt }) => revokedAt === null);
  const live = ledger.vms({ states: liveStates });
  const networks = new Set([context.network, ...[...agents, ...live].map(({ network }) => network)]);
  const rounds = [...networks].flatMap((network) => ledger.enforcers({ network, kind: 'safe' }).map(({ verifiedAt }) => verifiedAt ?? 0));
  return { ...carriedVms(ledger), agents: agents.length, roundAt: rounds.length === 0 ? null : Math.max(...rounds) || null };
};

/** How the safe of this machine, or the one that this home has joined, stands, as far as this user can see. */
export const safeStanding = async (context: ReadContext): Promise<SafeStanding> => {
  const service = await context.host.safeService.status();
  const safe = await context.host.safe.answering(service?.socket ?? null);
  const ours = context.safe === null && (safe?.ours ?? service?.ours ?? true);
  return { safe, service, work: ours ? await workIn(context) : null };
};
