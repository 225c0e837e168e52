import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { timerOutput, timerText } from '../../contract/outputs/timer-output.ts';
import { timerStatus } from '../../lifecycle/timers/timer-status.ts';

export default query({
  name: 'gc status',
  summary: 'Does gc run by itself, and whom does it alert',
  audience: 'agent',
  input: z.object({}),
  output: timerOutput,
  failures: [],
  examples: [{ line: 'gc status', why: 'when it last ran' }],
  run: (context) => timerStatus(context),
  text: timerText,
  next: ({ kind }) => (kind !== null ? [] : [hint('let it run', 'gc install')]),
});
