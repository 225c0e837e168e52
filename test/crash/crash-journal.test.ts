import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashJournal } from './suites/crash-journal.ts';

crashJournal(devnetInProcess);
