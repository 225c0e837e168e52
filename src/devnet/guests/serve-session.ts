import type { ChildProcess } from 'node:child_process';
import type { ServerChannel, Session } from 'ssh2';

/** Runs a command in the guest (an empty one is a shell), or null where guests run none. */
export type RunCommand = ((command: string) => ChildProcess) | null;

const refusal =
  'This devnet VM runs no commands. Start the devnet with --guests exec to run them, without any isolation, on this machine.\n';
const refusedExit = 126;

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

/** Serves `exec` and `shell` of one SSH session; there is no terminal behind `shell`. */
export const serveSession = (session: Session, run: RunCommand): void => {
  const serve = (channel: ServerChannel, command: string): void => {
    if (run === null) {
      channel.stderr.write(refusal);
      end(channel, refusedExit, null);
    } else attach(channel, run(command));
  };
  session.on('pty', (accept) => accept?.());
  session.on('env', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('exec', (accept, _reject, { command }) => serve(accept(), command));
  session.on('shell', (accept) => serve(accept(), ''));
};
