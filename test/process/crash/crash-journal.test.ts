import { crashJournal } from '../../crash/suites/crash-journal.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashJournal(startDevnet);
