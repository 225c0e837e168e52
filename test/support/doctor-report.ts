import doctor from '../../src/commands/doctor.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { silentTerminal } from './approval/silent-terminal.ts';

/** What doctor finds. */
export const doctorReport = async (context: ChangeContext) => (await doctor.run(context, { fix: false, safe: false }, silentTerminal)).data;
