import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface AnvilProcess {
  /** Its URL, at a free port. */
  url: string;
  call(method: string, ...params: unknown[]): Promise<unknown>;
  close(): void;
}

/** The binary itself: a wrapper that is killed leaves its child running. */
export const anvilBinary = (): string => {
  const require = createRequire(import.meta.url);
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return join(require.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`), '../bin/anvil');
};

/** An EVM node of its own, ready. */
export const startAnvil = async (...words: string[]): Promise<AnvilProcess> => {
  const child = spawn(anvilBinary(), ['--port', '0', '--accounts', '1', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('anvil ended at once')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const listening = /Listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (listening !== undefined) resolve(`http://${listening}`);
    });
  });
  return {
    url,
    async call(method, ...params) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    close: () => void child.kill('SIGKILL'),
  };
};
