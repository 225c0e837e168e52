import type { ChildProcess } from 'node:child_process';
import type { PseudoTtyInfo, ServerChannel, Session } from 'ssh2';

/** Runs a command in the guest (an empty one is a shell), or null where guests run none. */
export type RunCommand = ((command: string) => ChildProcess) | null;

const refusal =
  'This devnet VM runs no commands. Start the devnet with --guests exec to run them, without any isolation, on this machine.\n';
const refusedExit = 126;

/** A terminal of the caller, as its SSH client describes it. */
type Pty = Pick<PseudoTtyInfo, 'rows' | 'cols'>;

/**
 * The command on a pseudo-terminal, which util-linux's script opens: without one a shell has no prompt and takes no Enter. Where it is
 * missing, one line says so.
 */
const onPty = (command: string, { rows, cols }: Pty): string => {
  const inside = `stty rows ${Math.max(1, rows)} cols ${Math.max(1, cols)}; ${command === '' ? 'exec sh -i' : command}`;
  return `script --version 2>/dev/null | grep -q util-linux || {
echo "This machine opens no terminal for devnet VMs (util-linux's script is missing); vm exec runs commands." >&2
exit ${refusedExit}
}
exec script -qefc '${inside.replaceAll("'", "'\\''")}' /dev/null`;
};

const end = (channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void => {
  if (signal === null) channel.exit(code ?? 255);
  else channel.exit(signal.replace(/^SIG/, ''), false, '');
  channel.end();
};

const attach = (channel: ServerChannel, child: ChildProcess): void => {
  child.stdout?.pipe(channel, { end: false });
  child.stderr?.pipe(channel.stderr, { end: false });
  if (child.stdin !== null) channel.pipe(child.stdin);
  child.stdin?.on('error', () => undefined);
  channel.on('error', () => undefined);
  child.once('error', (error) => {
    channel.stderr.write(`${error.message}\n`);
    end(channel, 255, null);
  });
  child.once('close', (code, signal) => end(channel, code, signal));
};

/** Serves `exec` and `shell` of one SSH session, on a pseudo-terminal where the client asks for one. */
export const serveSession = (session: Session, run: RunCommand): void => {
  let pty: Pty | null = null;
  const serve = (channel: ServerChannel, command: string): void => {
    if (run === null) {
      channel.stderr.write(refusal);
      end(channel, refusedExit, null);
    } else attach(channel, run(pty === null ? command : onPty(command, pty)));
  };
  session.on('pty', (accept, _reject, info) => {
    pty = info;
    accept?.();
  });
  session.on('env', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('exec', (accept, _reject, { command }) => serve(accept(), command));
  session.on('shell', (accept) => serve(accept(), ''));
};
