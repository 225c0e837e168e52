import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { ExecResult } from '../../ports/shell.ts';
import { type ExecTrouble, execFailure } from './exec-failure.ts';
import type { ExecRequest } from './exec-request.ts';
import { flows } from './flows.ts';
import { privateKeyText } from './key-pair.ts';
import type { Machine } from './machine.ts';
import { acceptHostKey, pinsOf } from './pinned-host.ts';
import { shellWords } from './shell-words.ts';
import { createTail } from './tail.ts';

interface Means {
  folder: string;
  files: PrivateFiles;
  clock: Clock;
  machine: Machine;
}

/** Runs the command by the ssh2 library, for machines without an ssh of their own; the host key is pinned in the same file. */
export const execByLibrary = async (request: ExecRequest, means: Means): Promise<ExecResult> => {
  const { vm, account, endpoint, timeoutMs, signal } = request;
  const { folder, files, clock } = means;
  const { Client: Connection } = (await import('ssh2')).default;
  const client = new Connection();
  const over = new AbortController();
  let refused = false;
  const config: ConnectConfig = {
    host: endpoint.host,
    port: endpoint.port,
    username: endpoint.user,
    privateKey: privateKeyText(folder, account, files),
    readyTimeout: 10_000,
    keepaliveInterval: 15_000,
    hostVerifier: (key: Buffer) => {
      refused = !acceptHostKey(folder, vm, key, files);
      return !refused;
    },
    ...algorithmsFor(pinsOf(folder, vm, files).map(({ type }) => type)),
  };
  const ended = new Promise<never>((_resolve, reject) => {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
    clock.wait(timeoutMs, over.signal).then(
      () => reject(execFailure(request, 'timeout')),
      () => undefined,
    );
  });
  try {
    return await Promise.race([run(client, config, request, means, () => refused), ended]);
  } finally {
    over.abort();
    client.on('error', () => undefined);
    client.destroy();
  }
};

const run = (
  client: Client,
  config: ConnectConfig,
  request: ExecRequest,
  { machine }: Means,
  refused: () => boolean,
): Promise<ExecResult> =>
  new Promise((resolve, reject) => {
    const [out, err] = [createTail(request.maxBytes), createTail(request.maxBytes)];
    let begun = false;
    const fail = (trouble: ExecTrouble, cause?: unknown): void =>
      reject(execFailure(request, refused() ? 'hostKeyChanged' : trouble, cause));
    client.on('error', (error) => fail(begun ? 'lost' : troubleOf(error), error));
    client.on('close', () => fail(begun ? 'lost' : 'unreachable'));
    client.on('ready', () => {
      begun = true;
      client.exec(shellWords(request.command), (error, channel) => {
        if (error !== undefined) return fail('failed', error);
        const flowing = flows(request, { stdin: channel, stdout: channel });
        flowing.catch(reject);
        if (request.take === undefined) channel.on('data', request.stream ? (chunk: Buffer) => machine.stdout.write(chunk) : out.push);
        channel.stderr.on('data', request.stream ? (chunk: Buffer) => machine.stderr.write(chunk) : err.push);
        let exitCode: number | null = null;
        channel.on('exit', (code: number | null) => {
          exitCode = code ?? 255;
        });
        channel.on('close', () => {
          if (exitCode === null) return fail('lost');
          if (exitCode === 255) return fail('failed');
          const result = { exitCode, stdout: out.text(), stderr: err.text(), truncated: out.truncated || err.truncated };
          flowing.then(() => resolve(result), reject);
        });
        if (request.feed !== undefined) return;
        if (request.input) machine.stdin.pipe(channel);
        else channel.end();
      });
    });
    client.connect(config);
  });

/** A server that has no key of the pinned kind is not the one that was pinned. */
const troubleOf = ({ level, message }: { level?: string; message: string }): ExecTrouble =>
  level === 'client-authentication' ? 'denied' : /no matching host key/.test(message) ? 'hostKeyChanged' : 'unreachable';

/** Asks for the kind of key that is pinned, as ssh does; otherwise a server with several would look like another machine. */
export const algorithmsFor = (types: readonly string[]): Pick<ConnectConfig, 'algorithms'> => {
  const wanted = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])) as ServerHostKeyAlgorithm[];
  return wanted.length === 0 ? {} : { algorithms: { serverHostKey: wanted } };
};
