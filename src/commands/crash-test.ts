import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { runTrials, type Tried } from './crash-test/run-trials.ts';
import { trials } from './crash-test/trials.ts';

const row = z.object({
  id: z.string(),
  outcome: z.enum(['held', 'fell', 'not-tried']),
  tried: z.string(),
  claimed: z.string().describe('What must hold'),
  evidence: z.string().describe('In figures; of not-tried, why'),
  broken: z.array(z.string()).describe('What contradicts the claim'),
  notClaimed: z.string(),
  command: z.string().nullable().describe('What tries it, where this call did not'),
});

type Row = z.output<typeof row>;

const rowOf = ({ trial: { id, tried, claimed, notClaimed }, verdict }: Tried): Row => ({
  id,
  outcome: verdict.outcome,
  tried,
  claimed,
  evidence: verdict.outcome === 'not-tried' ? verdict.why : verdict.evidence,
  broken: verdict.outcome === 'fell' ? [...verdict.broken] : [],
  notClaimed,
  command: verdict.outcome === 'not-tried' ? verdict.command : null,
});

const lastSeed = 2_147_483_647;

export default session({
  name: 'crash-test',
  summary: 'Attack this program on a devnet of its own and report which claims held: a minute, no money',
  audience: 'owner',
  safety: 'change',
  endsUnhurried: true,
  input: z.object({
    trials: z
      .array(z.enum(trials.map(({ id }) => id)))
      .default([])
      .describe(`Only these of ${trials.map(({ id }) => id).join(', ')}`),
    seed: z.int().min(0).max(lastSeed).optional().describe('Kill at the same moments as an earlier run'),
  }),
  positionals: ['trials'],
  output: z.object({
    held: z.int(),
    fell: z.int().describe('Above 0 the exit code is 1'),
    notTried: z.int(),
    seed: z.int(),
    trials: z.array(row),
  }),
  failures: [],
  examples: [
    { line: 'crash-test', why: 'what docs/security.md names under "Tried", here and now' },
    { line: 'crash-test killed-by-time --seed 7', why: 'one trial, its kills drawn as before' },
  ],
  async run(context, input, terminal) {
    const wanted = trials.filter(({ id }) => input.trials.length === 0 || input.trials.includes(id));
    const seed = input.seed ?? Math.floor(context.random.fraction() * lastSeed);
    const root = context.rootPolicy();
    if (root !== null)
      context.warn(
        'ROOT_POLICY',
        `${root.path} holds for the homes of these trials, too: where it is tighter, one may not come to its end.`,
      );
    const grounds = await context.host.provingGrounds();
    // once for all: an interruption ends it, too
    const end = (): void => void close();
    let closed: Promise<void> | null = null;
    const close = (): Promise<void> => {
      closed ??= grounds.close().then((left) => {
        for (const name of left)
          context.warn('USER_LEFT', `The OS user ${name} of these trials could not be removed: userdel ${name}, as root.`);
      });
      return closed;
    };
    context.signal.addEventListener('abort', end, { once: true });
    let done = 0;
    const tell = ({ trial, verdict }: Tried): void => {
      done += 1;
      if (!terminal.machine) terminal.note(`${done} of ${wanted.length}  ${verdict.outcome}  ${trial.id}`);
    };
    try {
      const rows = (await runTrials(wanted, { grounds, seed, signal: context.signal, tell })).map(rowOf);
      const count = (outcome: Row['outcome']): number => rows.filter((each) => each.outcome === outcome).length;
      const data = { held: count('held'), fell: count('fell'), notTried: count('not-tried'), seed, trials: rows };
      return { data, exit: data.fell > 0 ? 1 : 0 };
    } finally {
      context.signal.removeEventListener('abort', end);
      await close();
    }
  },
  text: ({ held, fell, notTried, seed, trials: rows }, style) => {
    const paint = { held: style.good, fell: style.bad, 'not-tried': style.warn };
    const blocks = rows.map((each) =>
      [
        `${paint[each.outcome](each.outcome)}  ${style.bold(each.id)}`,
        style.facts([
          ['tried', each.tried],
          ['claimed', each.claimed],
          [each.outcome === 'not-tried' ? 'not tried' : 'seen', each.evidence],
          ...each.broken.map((what) => ['BROKEN', what] as const),
          ...(each.command === null ? [] : [['try it', each.command] as const]),
          ['not claimed', each.notClaimed],
        ]),
      ].join('\n'),
    );
    const tried = held + fell;
    const untried = notTried === 0 ? [] : [`${notTried} of ${rows.length} not tried`];
    const last = [tried === 0 ? 'Nothing was tried' : `${held} of ${tried} claims held`, ...untried, `seed ${seed}`].join(', ');
    const painted = fell > 0 ? style.bad : notTried > 0 ? style.warn : style.good;
    return [...blocks, painted(`${last}.`)].join('\n\n');
  },
  next: () => [hint('what holds for you, here', 'doctor')],
});
