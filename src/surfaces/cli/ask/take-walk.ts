import type { Described } from '../../../contract/declare/describe.ts';
import type { Walk } from '../../../contract/declare/question.ts';
import type { Person } from '../../consent.ts';
import { typed } from '../parse/raw-input.ts';

/** Asks a walk's questions one after the other; resolves with the chosen inputs, as if they had been typed. */
export const takeWalk = async (command: Described, walk: Walk, person: Person): Promise<Record<string, unknown>> => {
  const chosen: Record<string, unknown> = {};
  let step = await walk.next();
  while (step.done !== true) {
    const choice = await person.choose(step.value);
    for (const [key, text] of Object.entries(choice.gives)) {
      const field = command.inputs.find((input) => input.key === key);
      if (field === undefined) throw new Error(`${command.name} has no input ${key}`);
      chosen[key] = typed(field, text);
    }
    step = await walk.next(choice);
  }
  return chosen;
};
