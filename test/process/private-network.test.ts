import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../support/devnet/served-devnet.ts';
import { type Home, lonelyHome } from '../support/home.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/private-network.md'), 'utf8');

/** The lines of the page's block, without comments. */
const lines = (/^```sh\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '').split('\n').map((line) => line.replace(/(^|\s+)#.*$/, ''));
const own = (line: string): boolean => line.startsWith('aleph-agent ');
const words = (line: string): string => line.slice('aleph-agent '.length);

/** A devnet whose hosts are reached as those of any network: nobody is told of its control endpoint, and its clock is this machine's. */
describe('R-09 a devnet as a private network of the settings', () => {
  let served: ServedDevnet;
  let devnet: ReturnType<typeof lonelyHome>;
  let home: ReturnType<typeof lonelyHome>;
  const env = { ALEPH_AGENT_NETWORK: 'lab' };
  const json = async (at: Home, line: string) => {
    const ran = await at.run(`${line} --json`, { env });
    return { ...ran, document: JSON.parse(ran.stdout) };
  };

  beforeAll(async () => {
    devnet = lonelyHome();
    home = lonelyHome();
    served = await serveDevnet(devnet.folder, ['--nodes', '6', '--seed', '7'], devnet.cwd);
  });
  afterAll(async () => {
    await served.close();
    devnet.close();
    home.close();
  });

  it('R-09 is set up by the lines of docs/private-network.md while ALEPH_AGENT_NETWORK names it, and rents a VM', async () => {
    const { endpoints, accounts } = served.data;
    const { ccns, crnsList, scheduler, control } = endpoints;
    const meant: Record<string, string> = {
      'http://127.0.0.1:4024,http://127.0.0.1:4025': ccns.join(','),
      'http://127.0.0.1:4026/crns.json': `${crnsList}/crns.json`,
      'http://127.0.0.1:4027': scheduler,
    };
    for (const line of lines.filter(own)) {
      const asked = words(line).replace(/http\S+/, (url) => meant[url]!);
      expect(await home.run(asked, { env })).toMatchObject({ exit: 0 });
    }
    await home.must('keys import rich --private-key - --unencrypted', { env, stdin: accounts[0]!.privateKey });
    const created = await home.run('vm create ci --ttl 1h --account rich --no-wait --json --debug', { env });
    expect(created.exit).toBe(0);
    expect(created.stderr).toContain(ccns[0]!);
    expect(created.stderr).not.toContain(control);
    expect((await json(home, 'vm ls --account rich')).document.data.items).toMatchObject([{ name: 'ci' }]);
    expect((await json(home, 'vm destroy ci --account rich')).document.data.items).toMatchObject([
      { forgotten: ccns, state: 'terminated' },
    ]);
  });

  it('R-09 mainnet’s keys refuse it, and its keys refuse mainnet', async () => {
    await home.must('keys create main --unencrypted --network mainnet');
    for (const line of ['vm create x --account main', 'vm create x --account lab --network mainnet']) {
      expect((await json(home, line)).document, line).toMatchObject({ ok: false, error: { code: 'WRONG_NETWORK' } });
    }
    const key = served.data.accounts[0]!.privateKey;
    const again = await home.run('keys import again --private-key - --unencrypted --network mainnet --json', { stdin: key });
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(WRONG_NETWORK|KEY_PUBLIC)$/) } });
  });

  it('R-09 without `private` nothing is spent, and the fix is the line that declares it; what looks goes on', async () => {
    await home.must('config set networks.lab.private --unset', { env });
    expect((await json(home, 'credits balance')).exit).toBe(0);
    expect((await json(home, 'vm create ci --ttl 1h')).document).toMatchObject({
      error: { code: 'CONFIG_INVALID', fix: { command: 'aleph-agent config set networks.lab.private true' } },
    });
    await home.must('config set networks.lab.private true', { env });
    expect((await json(home, 'config get networks.lab.private')).document.data).toMatchObject({ value: 'true' });
    expect((await json(home, 'crns ls')).exit).toBe(0);
  });

  it('R-09 a wrong value of `private` is told, and a network that nothing stands behind is refused as ever', async () => {
    expect((await json(home, 'config set networks.lab.private yes')).document).toMatchObject({
      error: { code: 'USAGE', message: expect.stringContaining('true or false') },
    });
    for (const line of ['keys create lbb --unencrypted --network lbb', 'vm ls --network lbb']) {
      expect((await json(home, line)).document, line).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
    }
  });
});
