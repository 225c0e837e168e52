import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCodePlugin } from '../surfaces/opencode/open-code-plugin.ts';
import type { MakeCall, PluginTool } from '../surfaces/opencode/plugin-tool.ts';

/** The program of the same package, so that the host's tools are always those that it knows. */
const program = join(import.meta.dirname, '../bin/aleph-agent.js');

const tools = (): PluginTool[] => JSON.parse(readFileSync(join(import.meta.dirname, 'tools.json'), 'utf8')) as PluginTool[];

/** `aleph-agent call TOOL` in a process of its own, under Node: the host itself may be another runtime. */
const call: MakeCall = ({ tool, input, flags, directory, signal }) =>
  new Promise((done, failed) => {
    if (signal.aborted) return failed(new Error('aleph-agent was not started, nothing happened: the host called it off.'));
    const child = spawn('node', [program, 'call', tool, ...flags], { cwd: directory, stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    // it may be gone before it has read
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(input));
    // the first interrupt stops waiting and says how to go on; what is under way goes on from the ledger
    const stop = (): void => void child.kill('SIGINT');
    signal.addEventListener('abort', stop);
    child.once('error', ({ message }) =>
      failed(new Error(`aleph-agent was not started, nothing happened: ${message}. It needs node in PATH.`)),
    );
    child.once('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      if (text === '') failed(new Error(`aleph-agent ended with ${killed ?? code} and said nothing; its status tool shows what runs.`));
      else done(text.trimEnd());
    });
  });

export const plugin = openCodePlugin(tools(), call);
