import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { isTool, orderOf, toolCalled } from '../contract/declare/tool.ts';
import { Failure } from '../domain/failure/failure.ts';
import { helpOf } from '../domain/suggest/fix.ts';
import { jsonOf } from '../domain/text/json-of.ts';

export default session({
  name: 'call',
  summary: 'Call one tool: JSON input on stdin, the JSON document on stdout',
  audience: 'owner',
  safety: 'change',
  input: z.object({ tool: z.string().describe('A command for agents, with underscores: vm_create') }),
  positionals: ['tool'],
  output: z.unknown().describe('The document of the command that was called'),
  failures: [],
  examples: [{ line: 'call vm_ls', why: 'nothing on stdin is {}' }],
  async run({ host: { files } }, { tool }, terminal) {
    const command = toolCalled((await terminal.commands()).filter(isTool), tool);
    const { document, exit } = await terminal.call(orderOf(command, objectIn(await files.read('-'))));
    terminal.pass(document);
    return { data: document, exit };
  },
  text: () => '',
  next: () => [hint('every command', 'commands')],
});

/** The JSON object on stdin; nothing there is an empty one. `USAGE` for anything else. */
const objectIn = (bytes: Uint8Array | null): Record<string, unknown> => {
  const text = new TextDecoder().decode(bytes ?? new Uint8Array()).trim();
  if (text === '') return {};
  const read = jsonOf(text);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Record<string, unknown>;
  throw new Failure('USAGE', `What is on stdin, "${text.slice(0, 60)}", is not right: it takes a JSON object like {"vm":"ci"}.`, {
    fix: helpOf('call', 'See how it is called.'),
  });
};
