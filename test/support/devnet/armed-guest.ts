import { createHash } from 'node:crypto';
import type { ChangeContext } from '../../../src/ports/context.ts';

/** A guest over SSH that takes the timer which it is given, and says that it runs. */
export const armedGuest = (): ChangeContext['shell']['exec'] => {
  let script = '';
  return async ({ feed }) => {
    let text = '';
    for await (const chunk of feed ?? []) text += Buffer.from(chunk).toString('utf8');
    script = /<<'END_OF_SCRIPT'\n([\s\S]*?)END_OF_SCRIPT\n/.exec(text)?.[1] ?? script;
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(script)?.[1] ?? '';
    const digest = createHash('sha256').update(script).digest('hex');
    const stdout = `expires=${value('expires')}\nlimit=${value('limit')}\ndigest=${digest}\nmachine=same\ntimer=active\n`;
    return { exitCode: 0, stdout, stderr: '', truncated: false };
  };
};
