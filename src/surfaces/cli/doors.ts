import type { Terminal } from '../../contract/declare/command.ts';
import type { Style } from '../../contract/declare/style.ts';
import type { CallOptions } from './call-options.ts';
import type { CallState } from './call-state.ts';
import type { CliParts, PageParts } from './cli-parts.ts';
import type { Selection } from './parse/build-program.ts';
import { parsedCall } from './parse/parsed-call.ts';
import type { Host } from './print/host.ts';
import { plainStyle } from './print/plain-style.ts';
import { planText } from './print/present-plan.ts';

/** Shorter than the minute after which most MCP clients take a call for lost. */
const mcpSeconds = 50;

interface Doorway {
  host: Host;
  parts: CliParts;
  selection: Selection;
  options: Pick<CallOptions, 'timeoutMs'>;
  state: CallState;
  /** null: nothing is said to people. */
  style: Style | null;
  call: Terminal['call'];
  announce: Terminal['announce'];
  /** Lets go of what the call itself holds: what it serves opens what it needs. */
  letGo(): Promise<void>;
}

/** The doors that a session opens for others: MCP on its own streams, the safe on sockets, and the page for a browser. */
export const doorsOf = ({
  host,
  parts,
  selection,
  options,
  state,
  style,
  call,
  announce,
  letGo,
}: Doorway): Pick<Terminal, 'serveMcp' | 'serveSafe' | 'servePage'> => {
  const pageParts = async (): Promise<PageParts> => {
    await letGo();
    const { version, signal, now, pause, every } = host;
    const { commands } = await parts.manifest();
    // on stdout, which is the terminal wherever a secret is said: who sends stderr to a file keeps no link and no code there
    const say = (text: string): void => (style === null ? undefined : host.write(host.legible(`${text}\n`)));
    const present: PageParts['present'] = (plan) => planText(plan, style ?? plainStyle(''));
    return { version, signal, now, pause, every, commands, call, announce, say, present };
  };
  return {
    serveMcp: async (manner) => {
      const begins = (): void => {
        state.answered = true;
      };
      const manifest = await parts.manifest();
      const { version, signal, now, pause } = host;
      const seconds = selection.globals.timeout === undefined ? mcpSeconds : options.timeoutMs / 1000;
      const parse = (line: string) => parsedCall(manifest, version, line);
      return parts.serveMcp({ manner, version, signal, begins, now, pause, seconds, call, parse });
    },
    serveSafe: async (manner) => {
      const { passphraseFile = null } = selection.globals;
      const parse = (line: string) => parsedCall(manifest, host.version, line);
      const [page, manifest] = [await pageParts(), await parts.manifest()];
      return parts.serveSafe({ ...page, manner, parse, passphraseFile });
    },
    servePage: async (manner) => parts.servePage({ ...(await pageParts()), manner }),
  };
};
