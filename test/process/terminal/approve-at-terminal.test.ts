import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../../support/binary.ts';
import { type DevnetWorld, devnetWorld } from '../../support/devnet/devnet-world.ts';
import type { Home } from '../../support/home.ts';

const hasScript = spawnSync('script', ['--version']).status === 0;
/** Mounts need root, and a kernel that lets it. */
const mayMount = spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '--bind', '/etc', '/etc']).status === 0;

interface Answer {
  exit: number | null;
  data: Record<string, unknown> & { items: { id: string }[] };
  error: { code: string; message: string; facts: Record<string, unknown> };
}

describe('who approves, with the binary, two homes and a terminal', () => {
  let world: DevnetWorld;
  let boss: Home;
  beforeAll(async () => {
    world = await devnetWorld();
    await world.must('keys create agent --unencrypted');
    await world.must('devnet fund 20');
    boss = world.another();
    writeFileSync(join(boss.cwd, 'passphrase.txt'), 'the passphrase of another user\n', { mode: 0o600 });
  });
  afterAll(() => world.close());

  const json = async (home: Home, line: string): Promise<Answer> => {
    const ran = await home.run(`${line} --json`);
    return { ...(JSON.parse(ran.stdout) as Answer), exit: ran.exit };
  };

  /** A person at a terminal: what is asked for is typed once the question stands there. */
  const typed = (home: Home, line: string, words: string): Promise<{ shown: string; exit: number }> =>
    new Promise((settle) => {
      const command = [process.execPath, binary, ...line.split(' ')].map((word) => `'${word}'`).join(' ');
      const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...home.env, TERM: 'xterm' }, cwd: home.cwd });
      let shown = '';
      let answered = false;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
        if (answered || !shown.includes('to approve:')) return;
        answered = true;
        child.stdin.write(`${words}\r`);
      });
      child.on('close', (exit) => settle({ shown, exit: exit ?? -1 }));
    });

  const request = async (id: string): Promise<string> => {
    const shown = await world.run(`approve ${id} --show --json`);
    expect(shown.exit, shown.stdout).toBe(0);
    return shown.stdout;
  };

  /** What `approve ID --show --json` printed is carried to the approver's home, its signature back. */
  const signedByBoss = async (id: string): Promise<Answer> => {
    writeFileSync(join(boss.cwd, 'request.json'), await request(id));
    const signed = await json(boss, 'approve --request request.json --passphrase-file passphrase.txt');
    expect(signed).toMatchObject({ exit: 0, data: { state: 'signed', approval: id } });
    return json(world, `approve ${id} --signature ${String(signed.data['signature'])}`);
  };

  it.runIf(hasScript)('an envelope typed once lets creates pass that fit, and asks for others', async () => {
    const envelope = await typed(world, 'approve --up-to 2 --ttl 4h --cu 4 --vms 1', '2.0000');
    expect(envelope).toMatchObject({ exit: 0, shown: expect.stringContaining('is granted until') });
    expect(await json(world, 'vm create big --cu 4')).toMatchObject({ exit: 0 });
    await world.must('vm destroy big');
    expect(await json(world, 'vm create more --cu 4')).toMatchObject({ exit: 10 });
    const left = await json(world, 'approvals ls --all --full');
    expect(left.data.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'approve envelope', state: 'used', leftUsd: '1.7720' })]),
    );
  });

  it.runIf(hasScript)('XA-02 an approver: set at a terminal, sealed elsewhere; then nothing typed here approves', async () => {
    const key = await json(boss, 'keys create boss --approver --passphrase-file passphrase.txt');
    const address = String(key.data['address']);
    expect(key.data).toMatchObject({ role: 'approver', kind: 'keystore', inUse: false });
    expect(await json(boss, 'vm create x --account boss')).toMatchObject({ exit: 9, error: { code: 'KEY_USE' } });

    const set = await typed(world, `policy approver set ${address}`, address.toLowerCase().slice(-6));
    expect(set.exit).toBe(0);
    const [seal] = (await json(world, 'approvals ls')).data.items.slice(-1);
    expect(await signedByBoss(seal!.id)).toMatchObject({ exit: 0, data: { state: 'used' } });
    expect((await json(world, 'policy approver show')).data).toMatchObject({ approver: address.toLowerCase(), by: 'ledger', sealed: true });

    const asked = await json(world, 'vm create big --cu 4 --purpose sums');
    expect(asked).toMatchObject({ exit: 10, error: { code: 'APPROVAL_NEEDED' } });
    const id = String(asked.error.facts['approval']);
    const atTerminal = await typed(world, 'vm create big --cu 4', '0.2280');
    expect(atTerminal).toMatchObject({ exit: 10, shown: expect.not.stringContaining('to approve:') });
    expect((await typed(world, `approve ${id}`, '0.2280')).shown).toContain('POLICY_REFUSED');
    expect(await signedByBoss(id)).toMatchObject({ exit: 0, data: { state: 'granted' } });
    expect(await json(world, 'vm create big --cu 4')).toMatchObject({ exit: 0 });
  });

  /** The line as a shell has it that runs it in this home: what stands in for ssh. */
  const at = ({ env, cwd }: Home, line: string): string => {
    const given = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    return `(cd '${cwd}' && env -i ${given.join(' ')} '${process.execPath}' '${binary}' ${line})`;
  };
  const piped = (...lines: string[]) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', lines.join(' | ')], { encoding: 'utf8' });
    return { exit: status, stdout, stderr };
  };

  it.runIf(hasScript)(
    'one pipe through the approver’s home approves, tells it the figures, and signs no more than it expects',
    async () => {
      const asked = await json(world, 'vm create huge --cu 2 --ttl 4h --purpose "a big sum"');
      expect(asked).toMatchObject({ exit: 10 });
      const id = String(asked.error.facts['approval']);
      const show = at(world, `approve ${id} --show --json`);
      const sign = 'approve --request - --passphrase-file passphrase.txt';
      const take = at(world, `approve ${id} --signature -`);

      const tooMuch = piped(show, at(boss, `${sign} --expect-most 0.10`), take);
      expect(tooMuch.exit).toBe(2);
      expect(tooMuch.stderr).toMatch(/It may cost up to 0\.1140 USD, and --expect-most is 0\.10\. Nothing was approved\. \(PRICE_CEILING/);
      expect(tooMuch.stderr).toMatch(/--signature - has nothing in it/);
      const told = piped(show, at(boss, `${sign} --expect-most 0.10 --json`), at(world, `approve ${id} --signature - --json`));
      expect(JSON.parse(told.stdout).error.message).toContain('ended with PRICE_CEILING');
      const wrong = piped(at(world, 'approve ap_00000000 --show --json'), at(boss, sign), take);
      expect(wrong.stderr).toContain('ended with APPROVAL_NOT_FOUND');
      expect((await json(world, `approvals show ${id}`)).data['state']).toBe('pending');

      const done = piped(show, at(boss, `${sign} --expect-most 0.12`), take);
      expect(done).toMatchObject({ exit: 0, stdout: expect.stringMatching(new RegExp(`^${id} is granted until`)) });
      expect(done.stderr).toMatch(
        /Nobody was asked: Sign PlanApproval: .*huge.* It costs at most 0\.1140 USD, which 0x[0-9a-f]{40} pays\. .* on devnet\. .* The agent says: "a big sum"\./,
      );
      expect(await json(world, 'vm create huge --cu 2 --ttl 4h')).toMatchObject({ exit: 0 });
      await world.must('vm destroy huge');
    },
  );

  it.runIf(hasScript)('a destroy that asks has no sum, and is not signed where one is expected', async () => {
    await world.must('vm create kept --ttl 1h');
    await world.must('vm protect kept');
    const asked = await json(world, 'vm destroy kept');
    expect(asked).toMatchObject({ exit: 10 });
    const id = String(asked.error.facts['approval']);
    const signed = piped(
      at(world, `approve ${id} --show --json`),
      at(boss, 'approve --request - --passphrase-file passphrase.txt --expect-most 5'),
    );
    expect(signed).toMatchObject({ exit: 4, stdout: '', stderr: expect.stringContaining('--expect-most 5 is for what costs a sum') });
    expect(await json(world, `approve ${id} --expect-most 5 --show`)).toMatchObject({ exit: 4 });
    expect((await json(world, `approvals show ${id}`)).data['state']).toBe('pending');
    await signedByBoss(id);
    await world.must('vm destroy kept');
  });

  it.runIf(hasScript)('the approver is told what a policy changes, and signs none where a sum is expected', async () => {
    const asked = await json(world, 'policy set --max-vms 7');
    expect((await json(world, 'policy show')).data['pendingSeal']).toMatchObject({ approval: asked.error.facts['approval'] });
    const show = at(world, `approve ${String(asked.error.facts['approval'])} --show --json`);
    const blind = piped(show, at(boss, 'approve --request - --passphrase-file passphrase.txt --expect-most 5'));
    expect(blind).toMatchObject({ exit: 4, stdout: '', stderr: expect.stringContaining('--expect-most 5 is for what costs a sum') });
    writeFileSync(join(boss.cwd, 'request.json'), await request(String(asked.error.facts['approval'])));
    const { shown, exit } = await typed(boss, 'approve --request request.json --passphrase-file passphrase.txt', 'approve');
    expect(exit).toBe(0);
    expect(shown).toMatch(/Sign PolicySeal: [\s\S]*limits: [\s\S]*The agent says: "Change limits of [\s\S]*would become[\s\S]*7/);
    expect(shown).not.toMatch(/nonce|limitsHash/);
  });

  it.runIf(hasScript)('a request for another network, or of another make, is not signed', async () => {
    const asked = await json(world, 'policy set --max-day 3');
    const shown = await request(String(asked.error.facts['approval']));
    const refused = async (text: string) => {
      writeFileSync(join(boss.cwd, 'request.json'), text);
      return json(boss, 'approve --request request.json --passphrase-file passphrase.txt');
    };
    expect(await refused(shown.replaceAll('"network":"devnet"', '"network":"mainnet"'))).toMatchObject({
      exit: 2,
      error: { code: 'USAGE' },
    });
    expect(await refused(shown.replace('PolicySeal","message', 'Permit","message'))).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
    expect(await refused('no JSON')).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
  });

  it.runIf(hasScript)('freeze --destroy-all: an agent is sent to whoever approves, and freezing itself needs nobody', async () => {
    expect(await json(world, 'freeze --destroy-all')).toMatchObject({ exit: 10, error: { code: 'APPROVAL_NEEDED' } });
    expect(await json(world, 'freeze')).toMatchObject({ exit: 0 });
    expect(await json(world, 'vm create small')).toMatchObject({ exit: 4, error: { code: 'FROZEN' } });
    const [waiting] = (await json(world, 'approvals ls')).data.items.filter(
      (row) => (row as unknown as { action: string }).action === 'freeze',
    );
    await signedByBoss(waiting!.id);
    const gone = await json(world, 'freeze --destroy-all');
    expect(gone).toMatchObject({ exit: 0, data: { destroyed: [{ name: 'big', state: 'terminated' }] } });
  });

  it.runIf(mayMount)('the machine’s own policy binds a fresh home too, and no flag or variable moves it', async () => {
    const etc = join(boss.cwd, 'etc');
    mkdirSync(join(etc, 'aleph-agent'), { recursive: true, mode: 0o755 });
    writeFileSync(
      join(etc, 'aleph-agent', 'policy.json'),
      JSON.stringify({ limits: { maxVms: 1, askAbove: '0.01' }, approver: `0x${'5'.repeat(40)}` }),
    );
    const home = world.another();
    await home.must('keys create agent --unencrypted');
    const under = (line: string) => {
      const ran = spawnSync(
        'unshare',
        [
          '--mount',
          '--propagation',
          'private',
          'sh',
          '-c',
          'mount --bind "$1" /etc && shift && exec "$@"',
          'sh',
          etc,
          process.execPath,
          binary,
          ...line.split(' '),
          '--json',
        ],
        { env: { ...home.env, ALEPH_AGENT_POLICY: '/dev/null', ALEPH_AGENT_ROOT_POLICY: '/dev/null' }, cwd: home.cwd, encoding: 'utf8' },
      );
      return JSON.parse(ran.stdout) as Answer;
    };
    expect(under('policy show').data).toMatchObject({ maxVms: 1, askAboveUsd: '0.0100', approver: `0x${'5'.repeat(40)}`, version: 0 });
    expect(under('policy set --max-vms 2').error).toMatchObject({ code: 'POLICY_REFUSED' });
    writeFileSync(join(etc, 'aleph-agent', 'policy.json'), '{}', { mode: 0o666 });
    spawnSync('chmod', ['666', join(etc, 'aleph-agent', 'policy.json')]);
    expect(under('policy show').error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('others than root') });
  });
});
