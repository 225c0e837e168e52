import { approver } from './approver.ts';
import { atOnce } from './at-once.ts';
import { copiesOfAHome } from './copies.ts';
import { editedLedger } from './edited-ledger.ts';
import { killedByPhase } from './killed-by-phase.ts';
import { killedByTime } from './killed-by-time.ts';
import { lyingHost } from './lying-host.ts';
import { moneyAtOnce } from './money-at-once.ts';
import { ownTimer } from './own-timer.ts';
import { throughSafe } from './through-safe.ts';
import type { Trial } from './trial.ts';
import { twoUsers } from './two-users.ts';

/** Every trial, in the order in which they are shown. */
export const trials: readonly Trial[] = [
  atOnce,
  moneyAtOnce,
  killedByTime,
  killedByPhase,
  ownTimer,
  copiesOfAHome,
  lyingHost,
  editedLedger,
  approver,
  throughSafe,
  twoUsers,
];
