import type { Manifest } from '../../contract/declare/manifest.ts';
import { ofAgents } from '../../contract/declare/wire.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { helpOf } from '../../domain/suggest/fix.ts';
import { nearest } from '../../domain/text/nearest.ts';
import { success } from '../envelope.ts';
import { answerCall } from './answer-call.ts';
import { type CallState, freshState } from './call-state.ts';
import type { CliParts } from './cli-parts.ts';
import { type Parsed, parseLine } from './parse/parse-line.ts';
import type { Host } from './print/host.ts';
import { type OutputMode, outputMode } from './print/output-mode.ts';
import { printDocument } from './print/print.ts';
import type { Stored } from './stored.ts';

/** Runs one command line and answers on the host's streams. Resolves with the exit code, never rejects. */
export const runCli = async (host: Host, parts: CliParts): Promise<number> => {
  const state = freshState(host, host.argv.includes('--json') ? 'json' : 'text', null);
  return answerCall(host, state, async () => {
    const askedMode = outputMode(host.argv, host.environment);
    state.mode = askedMode ?? 'text';
    const parsed = await parsedLine(host, parts, state, askedMode);
    if (parsed.kind === 'selection') {
      const { selection } = parsed;
      const [{ runSelection }, command, stored] = await Promise.all([
        import('./run-selection.ts'),
        parts.load(selection.command.name),
        parts.stored(),
      ]);
      state.mode = askedMode ?? modeOf(stored);
      return await runSelection(host, parts, { selection, command, state, stored });
    }
    const text =
      parsed.kind === 'version' ? null : parsed.kind === 'help' ? await helpText(parts, parsed) : await pageOf(parts, parsed.name);
    const [schema, data] = text === null ? ['version@1', { version: host.version }] : ['help@1', { text }];
    if (state.mode === 'text') host.write(text ?? `${host.version}\n`);
    else printDocument(host, state.mode, success(schema, data, { warnings: [], next: [], meta: state.meta }), false);
    return 0;
  });
};

/** The help of a command; `help devnet` shows the page of the manual of that name below it. */
const helpText = async (parts: CliParts, { text, topic }: Extract<Parsed, { kind: 'help' }>): Promise<string> => {
  const page = topic === null ? undefined : (await parts.topics())[topic];
  return page === undefined ? text : `${text}\n${page}`;
};

const pageOf = async (parts: CliParts, name: string): Promise<string> => {
  const topics = await parts.topics();
  if (Object.hasOwn(topics, name)) return topics[name]!;
  const known = Object.keys(topics);
  throw new Failure('USAGE', `There is no command or topic "${name.slice(0, 60)}". Topics: ${known.join(', ')}.`, {
    facts: { nearest: nearest(name, known) },
    fix: helpOf(null, 'See the commands.'),
  });
};

const modeOf = ({ user }: Stored): OutputMode => ((user instanceof Failure ? null : user.values.output) ?? 'text') as OutputMode;

/** Parses the line. Where that fails, the failure is printed in the form that the settings ask for, too. */
const parsedLine = async (host: Host, parts: CliParts, state: CallState, askedMode: OutputMode | null): Promise<Parsed> => {
  const manifest = await parts.manifest();
  try {
    const parsed = parseLine(manifest, host.version, host.argv, host.environment);
    return parsed.kind === 'help' ? await helpHere(host, parts, manifest, parsed) : parsed;
  } catch (thrown) {
    state.mode = askedMode ?? (await parts.stored().then(modeOf, () => 'text' as const));
    throw thrown;
  }
};

/** Help, which leaves out what an agent may not call where this home has joined a safe. */
const helpHere = async (host: Host, parts: CliParts, manifest: Manifest, parsed: Parsed): Promise<Parsed> => {
  const joined = await parts.joined(host.signal).catch(() => null);
  if (joined === null) return parsed;
  try {
    return parseLine({ ...manifest, commands: ofAgents(manifest.commands) }, host.version, host.argv, host.environment);
  } catch {
    // a command of the owner's, which whoever asks for it by name may read about
    return parsed;
  }
};
