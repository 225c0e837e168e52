import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { manifestOf } from '../../src/contract/declare/manifest.ts';
import { commandDirectory } from '../../src/main/command-directory.ts';
import { openContexts } from '../../src/main/context.ts';
import { wordsOf } from '../support/binary.ts';
import type { Line } from './command-line.ts';
import { fuzz } from './fuzz.ts';
import { nastyJson, nastyText } from './nasty.ts';
import { spoilt } from './network-answer.ts';
import { expectProper } from './proper-answer.ts';
import { mayWriteErrors, modeOf, runLine } from './run-line.ts';

const key = {
  name: 'agent',
  network: 'mine',
  createdAt: '2026-11-20T12:00:00Z',
  kind: 'hot',
  address: '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf',
  privateKey: `0x${'1'.padStart(64, '0')}`,
};
const here = 'http://127.0.0.1:9';

/** The files of a sound home, by their paths in it. */
const sound: Readonly<Record<string, unknown>> = {
  'settings.json': {
    chosenKey: { mine: 'agent' },
    networks: { mine: { ccn: [here, 'http://localhost:9'], crnsList: `${here}/crns.json`, scheduler: here } },
  },
  'keys/agent.json': key,
  'devnet/running.json': { endpoints: { ccn: here, ccns: [here], crnsList: here, scheduler: here, control: here }, token: 't', pid: 1 },
};
const paths = Object.keys(sound);

interface Case {
  /** What stands in a file instead of what should; by path. */
  files: Record<string, string>;
  line: Line;
}

const content = (path: string): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 4 }), fc.option(nastyJson, { nil: undefined, freq: 5 }))
        .map(([way, into]) => JSON.stringify(spoilt(sound[path], way, into)) ?? ''),
    },
    { weight: 1, arbitrary: fc.nat().map((at) => JSON.stringify(sound[path]).slice(0, at % 80)) },
    {
      weight: 2,
      arbitrary: fc.oneof(
        nastyText,
        nastyJson.map((value) => JSON.stringify(value) ?? ''),
      ),
    },
  );

const lines = [
  ...['status', 'status --brief', 'keys ls', 'keys show', 'keys show agent', 'keys use agent', 'keys create other --unencrypted'],
  ...[
    'credits balance',
    'credits history',
    'credits prices',
    'vm ls',
    'vm ls --offline',
    'vm show ci',
    'vm create ci',
    'vm create ci --dry-run',
  ],
  ...[
    'vm destroy ci',
    'policy show',
    'policy set --max-vms 1',
    'gc',
    'gc --execute',
    'crns ls',
    'ledger ls',
    'ledger verify',
    'ledger reconcile',
  ],
  ...['devnet status', 'devnet fault clear', 'devnet down', 'keys import other --private-key - --unencrypted'],
];

const environments = fc.dictionary(
  fc.constantFrom(
    'ALEPH_AGENT_NETWORK',
    'ALEPH_AGENT_DEVNET',
    'ALEPH_AGENT_PASSPHRASE_FILE',
    'ALEPH_AGENT_TASK',
    'ALEPH_AGENT_ACCOUNT',
    'ALEPH_AGENT_TIMEOUT',
    'ALEPH_AGENT_OUTPUT',
  ),
  fc.oneof(nastyText, fc.constantFrom('mine', 'devnet', here, 'agent', '5s', 'json')),
  { maxKeys: 2 },
);

const cases: fc.Arbitrary<Case> = fc.record({
  files: fc
    .uniqueArray(fc.constantFrom(...paths, 'ledger.sqlite'), { maxLength: 2 })
    .chain((spoiltPaths) =>
      fc
        .tuple(...spoiltPaths.map((path) => (path === 'ledger.sqlite' ? nastyText : content(path))))
        .map((texts) => Object.fromEntries(spoiltPaths.map((path, index) => [path, texts[index]!]))),
    ),
  line: fc
    .tuple(
      fc.constantFrom(...lines),
      fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, environments),
      fc.constantFrom('mine', 'mine', 'devnet'),
    )
    .map(([line, environment, network]) => ({
      argv: [...wordsOf(line), '--json'],
      environment: { ALEPH_AGENT_NETWORK: network, ...environment },
    })),
});

/** No stdin, no terminal, no children. */
const machine = { pid: 1, execPath: process.execPath, env: {}, platform: process.platform } as never;

describe('homes that somebody has had his hands in', () => {
  let folder = '';
  const asked: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aleph-agent-fuzz-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
      asked.push(`${init?.method ?? 'GET'} ${String(input)}`);
      // nothing here is asked again, as silence would be
      return new Response('404: Not Found', { status: 404 });
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  let homes = 0;
  fuzz<Case>({
    name: 'homes',
    title: 'whatever stands in settings, keys, notes, ledger and environment, an answer is proper and nothing is lost',
    runs: 2_500,
    values: cases,
    async holds({ files, line }) {
      homes += 1;
      const home = join(folder, String(homes));
      const all = { ...Object.fromEntries(paths.map((path) => [path, JSON.stringify(sound[path])])), ...files };
      for (const [path, text] of Object.entries(all)) {
        mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 });
        writeFileSync(join(home, path), text, { mode: 0o600 });
      }
      asked.length = 0;
      const environment = { ...line.environment, ALEPH_AGENT_HOME: home };
      const world = {
        environment,
        machine,
        stdin: (async function* () {})() as never,
        commands: commandDirectory(registry, () => manifestOf(registry)),
        crash: () => {},
        version: '1.2.0',
        unlocked: new Map(),
        warm: null,
        rootPolicy: join(environment.ALEPH_AGENT_HOME, 'no-machine-policy.json'),
      };
      const answered = await runLine({ argv: line.argv, environment }, (options) => openContexts(world, options));
      const mode = modeOf({ argv: line.argv, environment });
      const envelope = await expectProper(answered, mode);
      if (mode !== 'text' && !mayWriteErrors(line)) expect(answered.stderr).toBe('');
      expect(asked.filter((one) => /^POST .*\/messages$/.test(one))).toEqual([]);
      const kept = (path: string): boolean => readFileSync(join(home, path)).equals(Buffer.from(all[path] ?? ''));
      expect(kept('keys/agent.json')).toBe(true);
      const chooses = answered.exit === 0 && /^keys (use|create|import)/.test(line.argv.join(' '));
      if (!chooses) expect([envelope?.error?.code, kept('settings.json')]).toEqual([envelope?.error?.code, true]);
      rmSync(home, { recursive: true, force: true });
    },
  });
});
