import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashAgents } from './suites/crash-agents.ts';

crashAgents(devnetInProcess);
