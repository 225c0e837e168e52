import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../src/commands/index.ts';
import { type DevnetWorld, devnetWorld } from './support/devnet/devnet-world.ts';
import { serveDevnet } from './support/devnet/served-devnet.ts';
import { type Home, lonelyHome } from './support/home.ts';
import { agreedStray } from './support/strays/agreed-stray.ts';

const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
const examples = commands.flatMap(({ examples }) => examples.map(({ line }) => line));

/** `aleph-agent …` in the profile: in back quotes, or as an indented line of a block with its comment cut off. */
const inProfile = (): string[] => {
  const text = ['aleph-agent', 'owner']
    .map((name) => readFileSync(resolve(import.meta.dirname, `../profiles/${name}.md`), 'utf8'))
    .join('\n');
  const quoted = [...text.matchAll(/`aleph-agent ([^`]+)`/g)].map(([, line]) => line!);
  const indented = [...text.matchAll(/^ {4}aleph-agent (.+?)(?:\s+#.*)?$/gm)].map(([, line]) => line!);
  return [...new Set([...indented, ...quoted])];
};

/** What must be so before a line succeeds; words in capitals stand for something that the reader has. */
interface SetUp {
  before?(world: DevnetWorld): Promise<unknown>;
  stdin?: string;
  after?(world: DevnetWorld): Promise<unknown>;
  words?(world: DevnetWorld): Record<string, string>;
}

const secret = 'c0ffee'.padStart(64, '0');
const somebody = `0x${'12'.repeat(20)}`;
const otherSecret = 'decade'.padStart(64, '0');

const vmCalled = async ({ run, must }: Home, name: string): Promise<void> => {
  const shown = await run(`vm show ${name} --json`);
  if (shown.exit === 0 && /"state":"healthy"/.test(shown.stdout)) return;
  if (shown.exit === 0) await must(`vm destroy ${name}`);
  await must(`vm create ${name} --cu 1 --ttl 2h`);
};
const noneCalled =
  (...names: string[]) =>
  async ({ run }: Home): Promise<void> => {
    for (const name of names) await run(`vm destroy ${name}`);
  };
const ci: SetUp = { before: (world) => vmCalled(world, 'ci') };
const freshName: SetUp = { before: noneCalled('ci') };
const withPassphrase = async ({ cwd }: Home): Promise<void> => writeFile(join(cwd, 'passphrase.txt'), 'a long passphrase, of course\n');
const keyCalled =
  (name: string) =>
  async ({ run }: Home): Promise<unknown> =>
    run(`keys create ${name} --unencrypted`);
/** An approval that waits; `state` set as a person's typing would. */
let waiting = '';
const asking = (state?: 'granted'): SetUp => ({
  async before(world) {
    const asked = await world.run(`vm create big-${randomBytes(3).toString('hex')}x --cu 4 --json`);
    waiting = String(asked.document().error.facts['approval']);
    if (state === undefined) return;
    world.ledger((ledger) =>
      ledger.write('approval.grant', (transaction) => transaction.updateApproval(waiting, { state, decidedBy: 'terminal' })),
    );
  },
  words: () => ({ ap_ID: waiting }),
});
let stray = '';
const madeElsewhere = async (world: DevnetWorld): Promise<void> => {
  stray = await agreedStray(world, 'own');
};
/** Another account's allowance, to which a person agreed. */
const allowedTo = async (world: DevnetWorld): Promise<void> => {
  await world.run('keys create patron --unencrypted');
  const { address: patron } = await world.must('keys show patron');
  const { address: own } = await world.must('keys show own');
  await world.must(`devnet fund 5 ${patron}`);
  const line = `credits allow ${own} 2 --account patron`;
  const asked = await world.run(`${line} --json`);
  world.ledger((ledger) =>
    ledger.write('approval.grant', (transaction) =>
      transaction.updateApproval(String(asked.document().error.facts['approval']), { state: 'granted', decidedBy: 'terminal' }),
    ),
  );
  await world.must(line);
};
/** A person agreed to the line, which is then to be typed. */
const agreedTo = async (world: DevnetWorld, line: string): Promise<void> => {
  const asked = await world.run(`${line} --json`);
  world.ledger((ledger) =>
    ledger.write('approval.grant', (transaction) =>
      transaction.updateApproval(String(asked.document().error.facts['approval']), { state: 'granted', decidedBy: 'terminal' }),
    ),
  );
};
/** An agent that was let in, under the name that stands for it in the line. */
const agentCalled = (name: string, line = ''): SetUp => ({
  async before(world) {
    if (world.ledger((ledger) => ledger.agent(name)) === null) {
      await agreedTo(world, `agents add ${name} --budget 2`);
      await world.must(`agents add ${name} --budget 2`);
    }
    if (line.startsWith('agents resume')) await world.must(`agents suspend ${name}`);
    if (line !== '') await agreedTo(world, line);
  },
  words: () => ({ ci: name }),
});
const mended: SetUp = { after: ({ must }) => must('devnet fault clear') };

const setUps: Readonly<Record<string, SetUp>> = {
  'vm create ci --ttl 2h --dry-run': freshName,
  'vm create ci --cu 1 --ttl 2h --dry-run --json': freshName,
  'vm create ci --ttl 2h --request-id job-7': freshName,
  // the id was used above, for another VM
  'vm create ci --cu 1 --ttl 2h --request-id job-7 --json': { ...freshName, words: () => ({ 'job-7': 'job-8' }) },
  'vm show ci': ci,
  'vm wait ci --timeout 5m': ci,
  'vm exec ci -- uname -a': ci,
  'vm exec ci --json -- uname -a': ci,
  'vm cp notes.txt ci:notes.txt': {
    before: async (world) => {
      await vmCalled(world, 'ci');
      await writeFile(join(world.cwd, 'notes.txt'), 'to remember\n');
    },
  },
  'vm cp ci:notes.txt copy.txt': {
    before: async (world) => {
      await vmCalled(world, 'ci');
      await world.must('vm exec ci -- touch notes.txt');
    },
  },
  'vm logs ci --tail 20': ci,
  'vm port ls ci': ci,
  'vm port add ci 8080': ci,
  'vm port rm ci 8080': ci,
  // protected, it could not be destroyed again: that asks a person, and its expiry does not
  'vm protect ci': {
    before: ({ must }) => must('vm create kept --ttl 10m'),
    words: () => ({ ci: 'kept' }),
    async after({ must }) {
      await must('devnet clock advance 10m');
      await must('gc --execute');
    },
  },
  'vm destroy ci': ci,
  'vm destroy ci --json': ci,
  'vm destroy ci web --dry-run': {
    before: async (world) => {
      await vmCalled(world, 'ci');
      await vmCalled(world, 'web');
    },
    after: noneCalled('web'),
  },
  'vm stop ci': ci,
  'vm start ci --timeout 5m': ci,
  'vm reboot ci': ci,
  'vm reinstall ci --dry-run': ci,
  'vm adopt HASH': { before: madeElsewhere, words: () => ({ HASH: stray }), after: ({ run }) => run(`vm destroy ${stray}`) },
  'vm redeploy ci --dry-run': ci,
  'vm redeploy ci --replace': ci,
  'vm extend ci --by 2h --dry-run': ci,
  'vm extend ci --by 2h': ci,
  'ledger show ci': ci,
  'approve ap_ID --show': asking(),
  'deny ap_ID': asking(),
  'approvals show ap_ID': asking(),
  'approvals wait ap_ID --timeout 90s': asking('granted'),
  'keys create boss --approver --passphrase-file passphrase.txt': { before: withPassphrase },
  'gc carrier export ci --out ci-carrier.sh': ci,
  'gc carrier confirm ci said.txt': {
    before: async (world) => {
      await vmCalled(world, 'ci');
      await world.must('gc carrier export ci --out ci-carrier.sh');
      const { stdout } = await promisify(execFile)('sh', [join(world.cwd, 'ci-carrier.sh'), 'check']);
      await writeFile(join(world.cwd, 'said.txt'), stdout);
    },
  },
  'crns show CRN': { words: ({ devnet }) => ({ CRN: devnet.data.crns[0]!.hash.slice(0, 12) }) },
  'crns check CRN': { words: ({ devnet }) => ({ CRN: devnet.data.crns[0]!.hash.slice(0, 12) }) },
  'keys create safe --passphrase-file passphrase.txt': { before: withPassphrase },
  'keys import dev --private-key - --unencrypted': { stdin: `${secret}\n` },
  'keys import old --file ethereum.key --passphrase-file passphrase.txt': {
    before: async (world) => {
      await withPassphrase(world);
      await writeFile(join(world.cwd, 'ethereum.key'), Buffer.from(otherSecret, 'hex'));
    },
  },
  'keys show dev': { before: keyCalled('dev') },
  'keys use dev': { before: keyCalled('dev'), after: ({ must }) => must('keys use own') },
  'keys backup dev dev-key.json --passphrase-file passphrase.txt': {
    before: async (world) => {
      await keyCalled('dev')(world);
      await withPassphrase(world);
    },
  },
  'credits return 1': { before: allowedTo },
  'agents add ci --budget 2 --per-day 1 --max-vms 2 --max-ttl 4h --expires 30d': {
    before: (world) => agreedTo(world, 'agents add ci --budget 2 --per-day 1 --max-vms 2 --max-ttl 4h --expires 30d'),
  },
  'agents add ci --budget 2 --dry-run': { words: () => ({ ci: 'another' }) },
  'agents show ci': agentCalled('shown'),
  'agents limit ci --per-day 0.20 --max-vms 1': agentCalled('limited'),
  'agents suspend ci': agentCalled('suspended'),
  'agents resume ci': agentCalled('resumed', 'agents resume resumed'),
  'agents rotate ci': agentCalled('rotated', 'agents rotate rotated'),
  'agents revoke ci': agentCalled('revoked'),
  'authz check 0xADDRESS': { words: () => ({ '0xADDRESS': somebody }) },
  'authz revoke 0xADDRESS': { words: () => ({ '0xADDRESS': somebody }) },
  'profile --check': { before: ({ must }) => must('profile') },
  'devnet fault ccn-a status 503 times=2': mended,
  'COMMAND --help': { words: () => ({ COMMAND: 'vm create' }) },
  'vm wait NAME': { before: (world) => vmCalled(world, 'ci'), words: () => ({ NAME: 'ci' }) },
};

/**
 * They serve until they are ended, need a safe, or change the whole machine: test/process/safe, page and commands/serve-service.test.ts
 * have them.
 */
const ofSafes = new Set([
  'dashboard',
  'dashboard --file page.html',
  'dashboard --approves',
  'dashboard --link',
  'serve',
  'serve --listen 192.0.2.7:8443',
  'serve --page-approves',
  'serve --listen 0.0.0.0:8443 --public-url https://safe.example:8443 --tls-cert fullchain.pem --tls-key privkey.pem',
  'join -',
  'serve restore safe.tar',
  'serve install',
  'serve install --listen 192.0.2.7:8443 --credential /etc/aleph-agent/passphrase',
  'serve uninstall',
  'vm spawn worker --ttl 2h --budget 0.05 --dry-run',
  'vm spawn worker --from worker.json --request-id job-7',
]);

/** They serve or start a devnet of their own, and run apart from the others. */
const alone = new Set([
  'devnet up',
  'devnet up --guests exec --json &',
  'devnet up --nodes 20 --clock-rate 60',
  'demo',
  'crash-test',
  'crash-test killed-by-time --seed 7',
]);

/** They take the terminal over, want a person at one, or a signature that another home pipes to them: test/process does all that. */
const atTerminal = new Set(['vm ssh ci', 'approve --up-to 2 --ttl 4h --cu 2 --vms 3', 'approve ap_ID --signature -']);

/** Nothing is created any more after it: last, in a world of its own. */
const atLast = new Set(['freeze']);

describe('every example of every command, and every command line of the profile, succeeds (product.md §7.7)', () => {
  let world: DevnetWorld;
  beforeAll(async () => {
    world = await devnetWorld();
    await world.must('keys create own --unencrypted');
    await world.must('keys use own');
    await world.must('devnet fund 20');
  });
  afterAll(() => world.close());

  it('knows no set-up for a line that is gone', () => {
    const lines = new Set([...examples, ...inProfile()]);
    expect(Object.keys(setUps).filter((line) => !lines.has(line))).toEqual([]);
  });

  it('leaves no command without an example but those that end or approve something', () => {
    expect(commands.filter((command) => command.examples.length === 0).map(({ name }) => name)).toEqual([
      'credits allow',
      'authz grant',
      'policy approver set',
      'devnet down',
    ]);
  });

  for (const line of [...new Set([...examples, ...inProfile()])].filter(
    (each) => !alone.has(each) && !ofSafes.has(each) && !atTerminal.has(each) && !atLast.has(each),
  )) {
    it(`aleph-agent ${line}`, async () => {
      const setUp = setUps[line] ?? {};
      await setUp.before?.(world);
      const typed = Object.entries(setUp.words?.(world) ?? {}).reduce((text, [word, value]) => text.replace(word, value), line);
      const ran = await world.run(typed, setUp.stdin === undefined ? {} : { stdin: setUp.stdin });
      await setUp.after?.(world);
      expect(ran).toMatchObject({ exit: 0 });
      if (line.includes('--json')) expect(ran.stderr).toBe('');
    });
  }
});

describe('examples that bring their own devnet', () => {
  it('aleph-agent devnet up with each of its flags, and without', async () => {
    const home = lonelyHome();
    try {
      for (const words of [['--nodes', '20', '--clock-rate', '60'], ['--guests', 'exec'], []]) {
        const devnet = await serveDevnet(home.folder, words, home.cwd);
        expect((await home.run('devnet status')).exit).toBe(0);
        await devnet.close();
        expect((await home.run('devnet status')).exit).toBe(3);
      }
    } finally {
      home.close();
    }
  });

  it('aleph-agent freeze', async () => {
    const home = lonelyHome();
    try {
      expect(await home.run('freeze')).toMatchObject({ exit: 0 });
    } finally {
      home.close();
    }
  });

  it('aleph-agent crash-test killed-by-time --seed 7; without words process/crash-test.test.ts has it', async () => {
    const home = lonelyHome();
    try {
      expect(await home.run('crash-test killed-by-time --seed 7')).toMatchObject({
        exit: 0,
        stdout: expect.stringMatching(/claims held.*seed 7\.\n$/),
      });
    } finally {
      home.close();
    }
  });

  it('aleph-agent demo', async () => {
    const home = lonelyHome();
    try {
      expect(await home.run('demo')).toMatchObject({ exit: 0, stdout: expect.stringMatching(/own SDK .* finds it, too: [0-9a-f]{12}\n/) });
    } finally {
      home.close();
    }
  });
});
