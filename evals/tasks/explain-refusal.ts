import { isAbout, shown, unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const explainRefusal = task({
  id: 'explain-refusal',
  prompt:
    'A colleague says that `vm create big --ttl 48h` is refused here. Find out which limit of the policy stands in the way, make nothing, and write the failure code, the figure and the limit into answer.json: {"code": "…", "figure": N, "limit": N}, figures in hours.',
  given: async () => undefined,
  problems: ({ bills, answer, approvals }) => [
    ...unless(answer['code'] === 'TTL_TOO_LONG', `answer.json says ${shown(answer['code'])}`),
    ...unless(isAbout(answer['figure'], 48), `its figure is ${shown(answer['figure'])}`),
    ...unless(isAbout(answer['limit'], 24), `its limit is ${shown(answer['limit'])}`),
    ...unless(bills.length === 0 && approvals.length === 0, 'a VM was made or asked for'),
  ],
});
