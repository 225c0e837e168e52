import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardReport } from '../../../src/adapters/safe/guard.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, patient } from '../../support/home.ts';
import { ownersTerminal } from '../../support/page/owners-terminal.ts';
import { type PageDoor, pageAt } from '../../support/page/served-page.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { keys, type Terminal } from '../../support/terminal.ts';

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
    terminal = ownersTerminal(owner, 'dashboard --link');
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

  it('says who asks, and approves nothing: a home with agents takes no codes by itself', async () => {
    expect(terminal.whole()).toMatch(/approves nothing without the approver’s signature: .*serves agents/);
    expect((await agent.run(create, { env: patient })).exit).toBe(10);
    const [asked] = (await call('approvals ls', {})).data.items as { id: string }[];
    expect(asked).toMatchObject({ agent: 'ci', mostUsd: '0.2280', untrustedPurpose: 'the release' });
    expect((await page.post('/approve', { approval: asked!.id }, key)).json().error).toMatchObject({
      code: 'PAGE_REFUSED',
      message: expect.stringContaining('--approves'),
    });
    expect(terminal.whole()).not.toMatch(/Type \d{3} \d{3} there/);
    expect((await agent.run(create, { env: patient })).exit).toBe(10);
  });

  it('started with --approves it takes the code at the owner’s terminal, where no agent is seen beside it', async () => {
    const [asked] = (await call('approvals ls', {})).data.items as { id: string }[];
    const other = ownersTerminal(owner, 'dashboard --link --approves');
    // on a machine where an agent runs as this very user
    const beside = guardReport([]).agents ?? [];
    if (beside.length > 0) {
      await other.shows(new RegExp(`${beside[0]} run[\\s\\S]*PAGE_REFUSED|PAGE_REFUSED[\\s\\S]*${beside[0]} run`));
      expect(await other.exit).toBe(4);
      return;
    }
    const door = pageAt(await other.shows(/http:\S+#\S{43}/));
    expect(other.whole()).toMatch(/More than that cannot be seen/);
    const own = await door.open();
    const approved = door.post('/approve', { approval: asked!.id }, own);
    await other.shows(/Type \d{3} \d{3} there/);
    const [, code] = /Type (\d{3} \d{3}) there/.exec(other.screen()) ?? [];
    await door.post('/code', { approval: asked!.id, code }, own);
    expect((await approved).json()).toMatchObject({ ok: true, data: { state: 'granted' } });
    other.press(keys.interrupt);
    await other.exit;
  });

  it('the call that asked may then be made', async () => {
    // where the page above took no code the owner approves at a terminal
    const [waiting] = (await call('approvals ls', {})).data.items as { id: string; state: string }[];
    if (waiting!.state === 'pending') {
      const approving = ownersTerminal(owner, `approve ${waiting!.id}`);
      await approving.shows(/Type 0\.2280 to approve/);
      approving.press(`0.2280${keys.enter}`);
      await approving.exit;
    }
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

  it('an agent’s own home has no dashboard: it is for the owner of the safe', async () => {
    expect((await agent.run('dashboard')).document().error).toMatchObject({ code: 'AGENT_REFUSED', sideEffects: 'none' });
  });
});
