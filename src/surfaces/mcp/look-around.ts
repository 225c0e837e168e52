import type { McpServing } from '../mcp-door.ts';

type Warnings = readonly { code: string; message: string }[];

/** Longer than this the first answer does not wait for the look at what was left behind. */
const patienceSeconds = 10;

/**
 * Looks, as the server starts, for VMs that run and that nobody here knows or looks after, and returns what tells of them: once, to whoever
 * asks first. A look that fails says so.
 */
export const lookAround = ({ call }: Pick<McpServing, 'call'>): (() => Promise<Warnings>) => {
  const looking = call({ command: 'vm ls', input: {}, timeoutSeconds: patienceSeconds }).then(({ document }): Warnings => {
    if (document.ok) return document.warnings;
    const { code, message } = document.error;
    // without a key there is nothing to be left behind
    return code === 'KEY_MISSING' ? [] : [{ code: String(code), message: `Nobody knows what was left running: ${String(message)}` }];
  });
  looking.catch(() => {});
  let told = false;
  return async () => {
    if (told) return [];
    told = true;
    return looking.catch(() => []);
  };
};
