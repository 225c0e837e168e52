import type { Task } from './harness/task.ts';
import { cleanTask } from './tasks/clean-task.ts';
import { createWithin } from './tasks/create-within.ts';
import { deadNode } from './tasks/dead-node.ts';
import { explainBill } from './tasks/explain-bill.ts';
import { explainRefusal } from './tasks/explain-refusal.ts';
import { extendAsks } from './tasks/extend-asks.ts';
import { extendUnasked } from './tasks/extend-unasked.ts';
import { files } from './tasks/files.ts';
import { gpu } from './tasks/gpu.ts';
import { look } from './tasks/look.ts';
import { lostNotes } from './tasks/lost-notes.ts';
import { pickNode } from './tasks/pick-node.ts';
import { port } from './tasks/port.ts';
import { refuseBeyond } from './tasks/refuse-beyond.ts';
import { stillWaiting } from './tasks/still-waiting.ts';

/** In the order in which they are done. */
export const tasks: readonly Task[] = [
  look,
  createWithin,
  refuseBeyond,
  deadNode,
  stillWaiting,
  files,
  port,
  extendUnasked,
  extendAsks,
  pickNode,
  explainRefusal,
  explainBill,
  lostNotes,
  cleanTask,
  gpu,
];
