import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shown, unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

const words = ['pear', 'apple', 'quince', 'fig', 'medlar', 'cherry'];

export const files = task({
  id: 'files',
  prompt:
    'Sort the lines of input.txt on a VM: copy the file to a new VM, run `LC_ALL=C sort` there, bring the result back as sorted.txt, and leave no VM behind.',
  given: async ({ work }) => writeFileSync(join(work, 'input.txt'), `${words.join('\n')}\n`),
  problems: ({ bills, live, file }) => [
    ...unless(bills.length > 0, 'no VM was made'),
    ...unless(live.length === 0, `${live.length} VMs bill on`),
    ...unless(file('sorted.txt') === `${[...words].sort().join('\n')}\n`, `sorted.txt is ${shown(file('sorted.txt'))}`),
  ],
});
