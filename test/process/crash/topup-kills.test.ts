import { crashTopUp } from '../../crash/suites/crash-topup.ts';
import { devnetInProcess } from '../../support/devnet/devnet-in-process.ts';

// each round meets each kill with another one of those who go on: three rounds are all; npm run topup-kills does more
crashTopUp(devnetInProcess, Number(process.env['TOPUP_ROUNDS'] ?? 3));
