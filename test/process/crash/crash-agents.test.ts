import { crashAgents } from '../../crash/suites/crash-agents.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashAgents(startDevnet);
