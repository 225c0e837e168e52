import * as z from 'zod';
import { session, type Terminal } from '../contract/declare/command.ts';
import type { Style } from '../contract/declare/style.ts';
import { checkWords, type Finding, type FindingLevel } from '../domain/failure/finding.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { diagnose } from '../lifecycle/doctor/diagnose.ts';
import { examineSafe } from '../lifecycle/doctor/examine-safe.ts';
import { accountInUse } from '../lifecycle/operation/account-in-use.ts';
import { goneTimer } from '../lifecycle/timers/gone-timer.ts';
import type { ChangeContext, ReadContext } from '../ports/context.ts';

const problem = z.object({
  check: z.string(),
  level: z.enum(['warn', 'fail']),
  says: z.string(),
  fix: z.object({ actor: z.enum(['agent', 'human']), command: z.string().nullable(), text: z.string() }),
});

type Problem = z.output<typeof problem>;

const problemOf = ({ check, level, says, fix }: Finding): Problem[] =>
  level === 'ok' || fix === null ? [] : [{ check, level, says, fix }];

const worstOf = (findings: readonly Finding[]): FindingLevel =>
  findings.some(({ level }) => level === 'fail') ? 'fail' : findings.some(({ level }) => level === 'warn') ? 'warn' : 'ok';

const mended = z.object({ check: z.string(), did: z.string() });

const output = z.object({
  worst: z.enum(['ok', 'warn', 'fail']).describe('The exit code is 0 whatever it is'),
  sound: z.int().describe('Checks that found nothing'),
  problems: z.array(problem).describe('Gravest first; with --fix what is left'),
  passed: z.array(z.object({ check: z.string(), says: z.string() })),
  fixed: z.array(mended).optional().describe('What --fix did'),
});

type Report = z.output<typeof output>;

const examined = async (context: ReadContext, safe: boolean): Promise<Report> => {
  const findings = [...(safe ? await examineSafe(context) : []), ...(await diagnose(context))];
  const problems = findings.flatMap(problemOf);
  const passed = findings.filter(({ level }) => level === 'ok').map(({ check, says }) => ({ check, says }));
  return {
    worst: worstOf(findings),
    sound: passed.length,
    problems: [...problems.filter(({ level }) => level === 'fail'), ...problems.filter(({ level }) => level === 'warn')],
    passed,
  };
};

/** Does what costs nothing, ends nothing and needs no person; each is what the finding's own fix says. */
const mend = async (context: ChangeContext, { problems }: Report, terminal: Terminal): Promise<z.output<typeof mended>[]> => {
  const done: z.output<typeof mended>[] = [];
  const isFound = (name: string): boolean => problems.some(({ check }) => check === name);
  if (isFound('permissions')) {
    const closed = await context.host.tighten();
    done.push(...closed.map(({ path, mode }) => ({ check: 'permissions', did: `Closed ${path} (it was ${mode}) to other users.` })));
    if (closed.some(({ folder }) => !folder)) {
      context.warn(
        'WAS_READABLE',
        'Other users may have read these files before: where one is a key, a person moves its credits to a new one.',
      );
    }
  }
  const account = isFound('timer') ? accountInUse(context) : null;
  const every = account === null ? null : ((await goneTimer(context, account))?.everyMinutes ?? null);
  if (every !== null) {
    const { document } = await terminal.call({ command: 'gc install', input: { every: `${every}m` } });
    if (document.ok) done.push({ check: 'timer', did: 'Put the timer that runs gc into this machine again.' });
  }
  return done;
};

/** Problems that one thing mends stand together, so that it is told once. */
const byFix = (problems: readonly Problem[]): Problem[][] => {
  const groups = new Map<string, Problem[]>();
  for (const found of problems) {
    const { text, command } = found.fix;
    const mends = `${text} ${command}`;
    groups.set(mends, [...(groups.get(mends) ?? []), found]);
  }
  return [...groups.values()];
};

/** What is wrong, gravest first, then what mends it, and the command on a line of its own to be copied. */
const findingText = (alike: readonly Problem[], style: Style): string => {
  const { text, command } = alike[0]!.fix;
  return [
    ...alike.map(({ level, says }) => style.hung(level === 'fail' ? `${style.bad('FAIL')}  ` : `${style.warn('warn')}  `, says)),
    style.hung('      ', text),
    ...(command === null ? [] : [`      ${command}`]),
    '',
  ].join('\n');
};

/** What is as it should be, folded into one sentence, and where all of it is read. */
const passedText = ({ problems, passed }: Report, style: Style): string => {
  if (passed.length === 0) return '';
  const names = [...new Set(passed.map(({ check }) => checkWords(check)))];
  const found = problems.length === 0 ? 'No problem found' : 'No problem';
  return `${style.dim(style.prose(`${found} with ${names.join(', ')}. Each of them in full:`))}\n${style.command(commandLine('doctor', { json: true, full: true }))}`;
};

export default session({
  name: 'doctor',
  summary: 'Check this machine, key, ledger and network for problems',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    fix: z.boolean().default(false).describe('Fix what costs nothing, ends nothing and needs no approval'),
    safe: z.boolean().default(false).describe("Also look for ways by which an agent's user could get into this safe"),
  }),
  output,
  brief: ['worst', 'sound', 'problems', 'fixed'],
  failures: [],
  examples: [
    { line: 'doctor', why: 'each finding with its fix; exits 0 whatever it finds' },
    { line: 'doctor --fix', why: 'file modes, and a timer of gc that is gone; the rest is named' },
    { line: 'doctor --safe', why: 'as the user of a safe, before agents are let in' },
  ],
  async run(context, { fix, safe }, terminal) {
    const report = await examined(context, safe);
    if (!fix) return { data: report };
    const fixed = await mend(context, report, terminal);
    if (fixed.length === 0) return { data: { ...report, fixed } };
    const { document } = await terminal.call({ command: 'doctor', input: { safe } }, { whole: true });
    return { data: { ...(document.ok ? output.parse(document.data) : report), fixed } };
  },
  text: (report, style) =>
    [
      ...(report.fixed ?? []).map(({ did }) => style.hung(`${style.good('done')}  `, did)),
      ...byFix(report.problems).map((alike) => findingText(alike, style)),
      passedText(report, style),
    ].join('\n'),
  next: ({ problems }) =>
    problems.flatMap(({ fix, says }) => (fix.command === null ? [] : [{ command: fix.command, why: says }])).slice(0, 3),
});
