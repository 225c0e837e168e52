import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { approveAs } from '../../test/support/strays/unmarked-vm.ts';
import type { RunOptions, World } from './world.ts';

/** A safe over the world's home, and an agent that it let in. */
export interface SafeWorld {
  /** The agent's home, which has neither key nor ledger. */
  home: string;
  /** MCP over HTTP, and what comes with each request. */
  mcp: string;
  token: string;
  /** The certificate of the authority that a client of MCP must trust. */
  authority: string;
  close(): Promise<void>;
}

interface Around {
  folder: string;
  envOf(options: RunOptions): Record<string, string>;
}

const slice = ['--budget', '5', '--max-vms', '3', '--exec', '--via', 'socket'];

const openssl = (words: readonly string[]): void => {
  const { status, stderr } = spawnSync('openssl', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${words[0]}: ${stderr}`);
};

/** Makes an authority, and its certificate for a server on loopback with the key of that one; their paths. */
const makeCertificate = (folder: string): [authority: string, certificate: string, key: string] => {
  const at = (name: string): string => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(['req', '-x509', ...key, '-days', '2', '-subj', '/CN=authority', '-keyout', at('authority.key'), '-out', at('authority.pem')]);
  openssl(['req', ...key, '-subj', '/CN=safe', '-keyout', at('safe.key'), '-out', at('safe.csr')]);
  writeFileSync(at('safe.ext'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n');
  const signed = ['x509', '-req', '-in', at('safe.csr'), '-CA', at('authority.pem'), '-CAkey', at('authority.key'), '-CAcreateserial'];
  openssl([...signed, '-days', '2', '-extfile', at('safe.ext'), '-out', at('safe.pem')]);
  return [at('authority.pem'), at('safe.pem'), at('safe.key')];
};

/** Makes a certificate for loopback, as an owner has one from an authority; serves, lets an agent in, and joins it in a home of its own. */
export const makeSafeWorld = async (world: World, { folder, envOf }: Around): Promise<SafeWorld> => {
  const [authority, certificate, key] = makeCertificate(folder);
  const tls = ['--listen', '127.0.0.1:0', '--tls-cert', certificate, '--tls-key', key];
  const words = ['serve', '--network', 'devnet', '--socket', join(folder, 'run', 'agents.sock'), ...tls, '--json'];
  const served: ChildProcess = spawn('aleph-agent', words, { cwd: world.home, env: envOf({}), stdio: ['ignore', 'pipe', 'inherit'] });
  const { url } = await new Promise<{ url: string }>((said, failed) => {
    served.stdout!.setEncoding('utf8').once('data', (text: string) => said((JSON.parse(text) as { data: { tls: never } }).data.tls));
    served.once('close', () => failed(new Error('serve ended early')));
  });

  const add = ['agents', 'add', 'ci', ...slice, '--network', 'devnet', '--json'];
  const asked = JSON.parse((await world.run('aleph-agent', add)).stdout) as { error: { facts: { approval: string } } };
  approveAs(join(world.home, '.local/share/aleph-agent'), asked.error.facts.approval);
  const { invitation } = (await world.must(add.slice(0, -1))) as { invitation: string };
  const home = join(folder, 'agent');
  mkdirSync(home);
  const joined = spawnSync('aleph-agent', ['join', '-'], {
    cwd: home,
    env: envOf({ env: { HOME: home } }),
    input: invitation,
    encoding: 'utf8',
  });
  if (joined.status !== 0) throw new Error(`join: ${joined.stdout}${joined.stderr}`);
  const { token } = JSON.parse(readFileSync(join(home, '.config/aleph-agent/joined.json'), 'utf8')) as { token: string };
  return {
    home,
    mcp: `${url}/mcp`,
    token,
    authority,
    async close() {
      const ended = new Promise<void>((done) => served.once('close', () => done()));
      served.kill('SIGTERM');
      await ended;
    },
  };
};
