import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import { onTestFinished } from 'vitest';

/** A real SSH server on loopback that lets this one public key in and gives every command to `sh -c`. */
export const sshServer = async ({ authorised, port = 0 }: { authorised: string; port?: number }) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const allowed = ssh2.utils.parseKey(authorised);
  if (allowed instanceof Error) throw allowed;
  const commands: string[] = [];
  /** How each login was tried. */
  const logins: string[] = [];
  const connections = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [privateKey.export({ type: 'pkcs1', format: 'pem' })] }, (client) => {
    connections.add(client);
    client.on('error', () => undefined);
    client.on('close', () => connections.delete(client));
    client.on('authentication', (context) => {
      logins.push(context.method);
      if (context.method !== 'publickey' || !context.key.data.equals(allowed.getPublicSSH())) return context.reject(['publickey']);
      if (context.signature !== undefined && allowed.verify(context.blob!, context.signature, context.hashAlgo) !== true)
        return context.reject();
      context.accept();
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        const child = spawn('sh', ['-c', command], { env: { PATH: process.env.PATH }, detached: true });
        // all that the command started: a shell that is killed alone leaves what writes behind
        const kill = (): void => {
          try {
            process.kill(-child.pid!, 'SIGKILL');
          } catch {
            // gone by itself
          }
        };
        channel.pipe(child.stdin);
        child.stdin.on('error', () => undefined);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        channel.on('error', () => undefined).on('close', kill);
        client.on('close', kill);
        child.on('close', (code) => {
          channel.exit(code ?? 137);
          channel.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const connection of connections) connection.end();
      server.close(() => resolve());
    });
  onTestFinished(stop);
  return { endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'root' }, commands, logins, stop };
};
