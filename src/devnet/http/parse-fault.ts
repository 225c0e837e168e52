import { Failure } from '../../domain/failure/failure.ts';
import type { FaultKind, NewFault } from './fault.ts';
import { ccnFaultKinds, httpFaultKinds, nodeFaultKinds } from './fault.ts';

const kinds: readonly string[] = [...httpFaultKinds, ...ccnFaultKinds, ...nodeFaultKinds];
const takesTime = new Set(['latency', 'propagation', 'slow-boot']);
const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const bad = (what: string, right: string): Failure => new Failure('USAGE', `${what}; ${right}.`);

const milliseconds = (word: string): number => {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(word);
  if (found === null) throw bad(`"${word}" is no duration`, 'write a number with ms, s, m or h, as in 500ms');
  return Math.round(Number(found[1]) * (units[found[2] ?? 'ms'] ?? 1));
};

const whole = (name: string, word: string, min: number, max: number): number => {
  const value = Number(word);
  if (!Number.isInteger(value) || value < min || value > max)
    throw bad(`"${word}" is no ${name}`, `give a whole number from ${min} to ${max}`);
  return value;
};

const factorOf = (word: string): number => {
  if (/^\d{1,6}(\.\d{1,6})?$/.test(word) && Number(word) > 0) return Number(word);
  throw bad(`"${word}" is no factor`, 'write a number above nought, as in 0.1');
};

const option = (word: string): Partial<NewFault> => {
  const at = word.indexOf('=');
  const name = word.slice(0, at);
  const value = word.slice(at + 1);
  if (name === 'times') return { times: whole('number of times', value, 1, 1_000_000) };
  if (name === 'after') return { after: whole('number of times', value, 0, 1_000_000) };
  if (name === 'path') return { path: value };
  if (name === 'method') return { method: value.toUpperCase() };
  if (name === 'retry-after') return { retryAfter: whole('number of seconds', value, 0, 86_400) };
  if (name === 'chance' && Number(value) > 0 && Number(value) <= 1) return { chance: Number(value) };
  if (name === 'chance') throw bad(`"${value}" is no chance`, 'give a number above 0 and up to 1');
  throw bad(`"${word}" is no option of a fault`, 'there are times=N, after=N, path=TEXT, method=METHOD, retry-after=SECONDS and chance=P');
};

/**
 * Reads a fault from words: TARGET KIND [VALUE] [option=value…], as in `ccn-a latency 500ms times=3`, `ccn status 429 retry-after=2
 * path=/api/v0/messages`, `crn-3 dead`. Throws USAGE naming the word that is wrong and what would be right.
 */
export const parseFault = (words: readonly string[]): NewFault => {
  const [target, kind, ...rest] = words;
  if (target === undefined || !/^(ccn(-[ab])?|crns-list|scheduler|crn(-\d+)?)$/.test(target)) {
    throw bad(`"${target ?? ''}" is no target`, 'there are ccn, ccn-a, ccn-b, crns-list, scheduler, crn and crn-<number>');
  }
  if (kind === undefined || !kinds.includes(kind)) throw bad(`"${kind ?? ''}" is no kind of fault`, `there are ${kinds.join(', ')}`);
  const value = rest[0] !== undefined && !rest[0].includes('=') ? rest[0] : undefined;
  const fault: NewFault = { target, kind: kind as FaultKind };
  if (takesTime.has(kind)) fault.ms = milliseconds(value ?? '');
  else if (kind === 'status') fault.status = whole('HTTP status', value ?? '', 400, 599);
  else if (kind === 'scaled') fault.factor = factorOf(value ?? '');
  else if (value !== undefined) throw bad(`"${value}" is one word too many`, `${kind} takes no value`);
  for (const word of rest.slice(value === undefined ? 0 : 1)) Object.assign(fault, option(word));
  return fault;
};
