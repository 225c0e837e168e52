import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import type { Finding, FindingLevel } from '../domain/failure/finding.ts';
import { diagnose } from '../lifecycle/doctor/diagnose.ts';

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

export default query({
  name: 'doctor',
  summary: 'What is not as it should be',
  audience: 'agent',
  input: z.object({}),
  output: z.object({
    worst: z.enum(['ok', 'warn', 'fail']).describe('The exit code is 0 whatever it is'),
    sound: z.int().describe('Checks that found nothing'),
    problems: z.array(problem).describe('Gravest first'),
    passed: z.array(z.object({ check: z.string(), says: z.string() })),
  }),
  brief: ['worst', 'sound', 'problems'],
  failures: [],
  examples: [{ line: 'doctor', why: 'each finding with its fix; exits 0 whatever it finds' }],
  async run(context) {
    const findings = await diagnose(context);
    const problems = findings.flatMap(problemOf);
    const passed = findings.filter(({ level }) => level === 'ok').map(({ check, says }) => ({ check, says }));
    return {
      worst: worstOf(findings),
      sound: passed.length,
      problems: [...problems.filter(({ level }) => level === 'fail'), ...problems.filter(({ level }) => level === 'warn')],
      passed,
    };
  },
  text: ({ problems, passed }, style) =>
    [
      ...passed.map(({ check, says }) => `${style.good('ok  ')} ${check}: ${says}`),
      ...problems.map(
        ({ check, level, says, fix }) =>
          `${level === 'fail' ? style.bad('FAIL') : style.warn('warn')} ${check}: ${says}\n     ${fix.actor === 'human' ? 'a person: ' : ''}${fix.text}${fix.command === null ? '' : ` ${fix.command}`}`,
      ),
    ].join('\n'),
  next: ({ problems }) =>
    problems.flatMap(({ fix, says }) => (fix.command === null ? [] : [{ command: fix.command, why: says }])).slice(0, 3),
});
