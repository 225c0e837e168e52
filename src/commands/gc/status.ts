import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { timerOutput, timerText } from '../../contract/outputs/timer-output.ts';
import { timerStatus } from '../../lifecycle/timers/timer-status.ts';

export default query({
  name: 'gc status',
  summary: 'Show whether gc is scheduled, and whom it alerts',
  audience: 'agent',
  input: z.object({}),
  output: timerOutput,
  failures: [],
  examples: [{ line: 'gc status', why: 'when it last ran' }],
  run: (context) => timerStatus(context),
  text: timerText,
  next: ({ kind }) => (kind !== null ? [] : [hint('let it run', 'gc install')]),
});
