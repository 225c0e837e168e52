import type { Terminal } from '../../contract/declare/command.ts';
import type { CallOptions } from './call-options.ts';
import type { CallState } from './call-state.ts';
import type { CliParts } from './cli-parts.ts';
import type { Selection } from './parse/build-program.ts';
import { parsedCall } from './parse/parsed-call.ts';
import type { Host } from './print/host.ts';

/** Shorter than the minute after which most MCP clients take a call for lost. */
const mcpSeconds = 50;

interface Doorway {
  host: Host;
  parts: CliParts;
  selection: Selection;
  options: Pick<CallOptions, 'timeoutMs'>;
  state: CallState;
  call: Terminal['call'];
  announce: Terminal['announce'];
  /** Lets go of what the call itself holds: what it serves opens what it needs. */
  letGo(): Promise<void>;
}

/** The doors that a session opens for other programs: MCP on its own streams, and the safe on sockets. */
export const doorsOf = ({
  host,
  parts,
  selection,
  options,
  state,
  call,
  announce,
  letGo,
}: Doorway): Pick<Terminal, 'serveMcp' | 'serveSafe'> => ({
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
    await letGo();
    const { version, signal, now, pause, every } = host;
    const { passphraseFile = null } = selection.globals;
    const manifest = await parts.manifest();
    const parse = (line: string) => parsedCall(manifest, version, line);
    return parts.serveSafe({ manner, version, signal, now, pause, every, parse, call, announce, passphraseFile });
  },
});
