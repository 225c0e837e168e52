import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { connectProxy, testAuthority } from '../../support/connect-proxy.ts';

const source = resolve(import.meta.dirname, '../../../src/adapters/host/proxied-fetch.ts');

/** Node reads what it trusts beside its own roots when it starts, so it takes another process. */
const asked = async (cases: readonly { target: string; alone: boolean; proxy: string | null }[]): Promise<string[]> => {
  const script = `
    import { proxiedFetch } from ${JSON.stringify(source)};
    const codeOf = (error) => error.cause?.code ?? error.code ?? String(error);
    for (const { target, alone, proxy } of ${JSON.stringify(cases)}) {
      const ask = proxiedFetch(proxy === null ? {} : { HTTPS_PROXY: proxy }, fetch, () => alone);
      console.log(await ask(target).then((answer) => 'answered ' + answer.status, codeOf));
    }
    process.exit();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: testAuthority },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text.trim().split('\n');
};

test('S-27: where the program’s own roots count alone, a certificate of NODE_EXTRA_CA_CERTS opens no proxy’s tunnel and no direct connection', async () => {
  const proxy = await connectProxy({});
  const host = 'https://ccn-a.lab.example/';
  const direct = `https://127.0.0.1:${proxy.insidePort}/`;
  const [believed, refused, named, unknown] = await asked([
    { target: host, alone: false, proxy: proxy.url },
    { target: host, alone: true, proxy: proxy.url },
    { target: direct, alone: false, proxy: null },
    { target: direct, alone: true, proxy: null },
  ]);
  await proxy.close();
  expect(believed).toBe('answered 502');
  expect(refused).toMatch(/SELF_SIGNED_CERT|UNABLE_TO/);
  // the chain is believed, and its name is another
  expect(named).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(unknown).toMatch(/SELF_SIGNED_CERT|UNABLE_TO/);
});
