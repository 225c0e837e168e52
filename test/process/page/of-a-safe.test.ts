import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, patient } from '../../support/home.ts';
import { type PageDoor, pageAt } from '../../support/page/served-page.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { atTerminal, keys, type Terminal } from '../../support/terminal.ts';

describe('the page of a safe’s owner, beside the safe (safe.md §6)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let agent: Home;
  let terminal: Terminal;
  let page: PageDoor;
  let key: Record<string, string>;
  beforeAll(async () => {
    devnet = await startDevnet();
    owner = await devnet.home('20');
    safe = await serveSafe(owner);
    agent = await safe.agent('ci', '--budget 1');
    const { ALEPH_AGENT_OUTPUT: _, ...env } = owner.env;
    terminal = atTerminal('dashboard --link', {
      env: { ...env, ...patient, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
      cwd: owner.cwd,
      columns: 200,
    });
    page = pageAt(await terminal.shows(/http:\S+#\S{43}/));
    key = await page.open();
  });
  afterAll(async () => {
    terminal.press(keys.interrupt);
    await terminal.exit;
    await safe.close();
    await devnet.close();
  });

  const call = async (command: string, input: object, typed?: string) =>
    (await page.post('/call', { command, input, ...(typed === undefined ? {} : { typed }) }, key)).json();
  const create = ['vm', 'create', 'dear', '--cu', '4', '--ttl', '4h', '--purpose', 'the release'];

  it('says who asks, and approves by the code at the owner’s terminal', async () => {
    expect((await agent.run(create, { env: patient })).exit).toBe(10);
    const [asked] = (await call('approvals ls', {})).data.items as { id: string }[];
    expect(asked).toMatchObject({ agent: 'ci', mostUsd: '0.2280', untrustedPurpose: 'the release' });
    const approved = page.post('/approve', { approval: asked!.id }, key);
    await terminal.shows(/Type \d{3} \d{3} there/);
    const [, code] = /Type (\d{3} \d{3}) there/.exec(terminal.screen()) ?? [];
    await page.post('/code', { approval: asked!.id, code }, key);
    expect((await approved).json()).toMatchObject({ ok: true, data: { state: 'granted' } });
    expect((await agent.run(create, { env: patient })).document()).toMatchObject({ ok: true, data: { name: 'dear' } });
  });

  it('shows whose VM it is, what each agent spent, and what is left of its slice', async () => {
    expect((await call('vm ls', {})).data.items).toMatchObject([{ name: 'dear', agent: 'ci' }]);
    await devnet.advance(3600_000);
    await devnet.postExpenses();
    expect((await call('credits history', { by: 'agent' })).data.items).toMatchObject([{ key: 'ci' }]);
    expect((await call('agents ls', {})).data.items).toMatchObject([{ name: 'ci', live: 1, budgetUsd: '1.0000' }]);
  });

  it('puts an agent out, and the safe refuses it from then on', async () => {
    expect((await agent.run('whoami')).exit).toBe(0);
    expect((await call('agents revoke', { name: 'ci' }, 'c')).error.code).toBe('USAGE');
    expect((await call('agents revoke', { name: 'ci' }, 'ci')).ok).toBe(true);
    expect((await agent.run('status')).document().error.code).toBe('AGENT_REFUSED');
  });

  it('an agent’s own home has no dashboard: it is for whoever keeps the safe', async () => {
    expect((await agent.run('dashboard')).document().error).toMatchObject({ code: 'AGENT_REFUSED', sideEffects: 'none' });
  });
});
