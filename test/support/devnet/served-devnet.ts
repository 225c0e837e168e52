import { spawn } from 'node:child_process';
import { binary, plainEnvironment } from '../binary.ts';

export interface ServedDevnet {
  /** The first document's data. */
  data: {
    id: string;
    endpoints: { control: string; ccns: string[]; crnsList: string; scheduler: string };
    crns: { hash: string; name: string; address: string }[];
    accounts: { address: string; privateKey: string }[];
  };
  close(): Promise<void>;
}

/** Runs `devnet up` in this home until closed; resolves with its first document. */
export const serveDevnet = (
  home: string,
  words: readonly string[],
  cwd = home,
  more: Readonly<Record<string, string>> = {},
): Promise<ServedDevnet> =>
  new Promise((settle, reject) => {
    const env = { ...plainEnvironment(home), ALEPH_AGENT_HOME: home, ...more };
    const child = spawn(process.execPath, [binary, 'devnet', 'up', '--json', ...words], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<void>((done) => child.on('close', () => done()));
    let stdout = '';
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (!stdout.endsWith('\n')) return;
      const { ok, data } = JSON.parse(stdout) as { ok: boolean; data: ServedDevnet['data'] };
      if (!ok) return;
      settle({
        data,
        close: async () => {
          child.kill('SIGTERM');
          await ended;
        },
      });
    });
    child.on('close', () => reject(new Error(`devnet up ended early: ${stdout}${stderr}`)));
  });
