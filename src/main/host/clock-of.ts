import { devnetClock } from '../../adapters/host/devnet-clock.ts';
import { systemClock } from '../../adapters/host/system-clock.ts';
import type { Network } from '../../adapters/settings/resolve-network.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { Clock } from '../../ports/clock.ts';

/** A devnet tells its own time; where none answers, whoever needs the network hears of it there. */
export const clockOf = async (network: Network | Failure): Promise<Clock> =>
  network instanceof Failure || network.hosts.control === null ? systemClock() : devnetClock({ control: network.hosts.control, fetch });
