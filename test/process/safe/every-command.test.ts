import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { isDoneByAgentsSide, isOnWire } from '../../../src/contract/declare/wire.ts';
import type { Document } from '../../support/aleph-process.ts';
import { persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import type { Home } from '../../support/home.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';

/** Lines of every command that an agent may call, in an order in which each finds what it needs; APPROVAL is what the line before asked for. */
const lines: readonly string[] = [
  'whoami',
  'status',
  'credits balance',
  'credits history',
  'credits prices',
  'credits estimate --cu 1 --ttl 1h',
  'crns ls',
  'crns show CRN',
  'crns check CRN',
  'vm create box --ttl 2h --crn CRN --dry-run',
  'vm create box --ttl 2h --crn CRN --no-wait --request-id one',
  'vm create box --ttl 2h --crn CRN --no-wait --request-id one',
  'vm wait box',
  'vm ls',
  'vm show box',
  'vm extend box --by 1h',
  'vm port add box 8080',
  'vm port ls box',
  'vm port rm box 8080',
  'vm reboot box',
  'vm stop box',
  'vm start box',
  'vm logs box',
  'vm redeploy box --crn OTHER --ttl 1h --no-wait',
  'vm reinstall box',
  'approvals ls',
  'approvals show APPROVAL',
  'approvals wait APPROVAL',
  'deny APPROVAL',
  'vm destroy box-2 --timeout 10m',
  'vm protect box',
  'vm destroy box',
  'vm show nobody',
  'vm create x --ttl 30s',
];

const nameOf = (line: string): string | undefined =>
  registry.map(({ name }) => name).findLast((name) => line === name || line.startsWith(`${name} `));

/** What an agent sees otherwise than the owner of a ledger, and why. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  // who calls
  whoami: ['data.agent', 'data.slice', 'next'],
  // its slice in the place of the account
  'credits history': ['data.items', 'data.count', 'data.total', 'data.totals', 'data.lots', 'data.distributions', 'next'],
  // the owner approves elsewhere
  'vm reinstall': ['error.fix.text'],
  'vm destroy': ['error.fix.text'],
  // each guest prints its own keys, and the scheduler goes on by itself
  'vm logs': ['data.untrustedLog'],
  'vm show': ['data.scheduler'],
  // the runway is the account's
  'vm ls': ['data.totals.runwaySeconds', 'data.totals.asOf'],
};

const idOf =
  /\b0x[0-9a-fA-F]{40}\b|\b(?:ap|op)_\w+|\b[0-9a-f]{12,}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|[a-z]+(?:-[a-z]+){3}\.2n6\.me|\d+(?:\.\d+)?/g;

/** What a document says, without the ids, instants and figures that are another VM's. */
const outline = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(idOf, '#');
  if (typeof value === 'number') return '#';
  if (Array.isArray(value)) return value.map(outline);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, outline(each)]));
};

const without = (document: unknown, paths: readonly string[]): unknown => {
  const copy = structuredClone(document) as Record<string, unknown>;
  for (const path of paths) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const holder = keys.reduce<Record<string, unknown> | undefined>((at, key) => at?.[key] as Record<string, unknown> | undefined, copy);
    if (holder !== undefined) delete holder[last];
  }
  return copy;
};

/** The commands of hints in a document that an agent can neither type nor pass on to the person who approves. */
const ownersHints = (document: Document): string[] => {
  const { error, next = [] } = document as unknown as {
    error?: { fix: { actor: string; command: string | null } };
    next?: { command: string }[];
  };
  const fix = error?.fix.actor === 'agent' ? [error.fix.command ?? ''] : [];
  return [...fix, ...next.map(({ command }) => command)].filter((line) => {
    const name = nameOf(line.replace(/^aleph-agent /, ''));
    return name !== undefined && name !== 'approve' && !isOnWire(name) && !isDoneByAgentsSide(name);
  });
};

describe('every command through the safe gives the document that it gives where the ledger is (safe.md §3)', () => {
  let devnet: DevnetProcess;
  let local: AlephHome;
  let safe: ServedSafe;
  let agent: Home;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 6 });
    local = await devnet.home('20');
    safe = await serveSafe(await devnet.home('20'));
    agent = await safe.agent('ci', '--budget 20 --commands vm.reinstall,vm.logs');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  it('has a line for each of them', () => {
    const named = new Set(lines.map(nameOf));
    // what makes a child has no twin where the ledger is: spawn.test.ts has it
    named.add('vm spawn');
    expect(registry.filter(({ name }) => isOnWire(name) && !named.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('the same document, but for what is another VM’s', async () => {
    const listed = (await local.must('crns ls'))['items'] as { crn: string }[];
    const asked = { local: '', agent: '' };
    for (const line of lines) {
      const answers: Record<'local' | 'agent', Document> = {} as never;
      for (const [who, home] of Object.entries({ local, agent }) as ['local' | 'agent', Home][]) {
        const given = line.replace('CRN', listed[0]!.crn).replace('OTHER', listed[1]!.crn).replace('APPROVAL', asked[who]);
        answers[who] = (await persistently(() => home.run(given))).document();
        const { error } = answers[who] as { error?: { facts?: Record<string, unknown> } };
        asked[who] = String(error?.facts?.['approval'] ?? asked[who]);
      }
      // who ends a VM, and who is warned of it, is the safe's
      const paths = ['warnings', 'data.ttlEnforcedBy', ...(otherwise[nameOf(line)!] ?? [])];
      const [here, there] = [answers.local, answers.agent].map((document) => outline(without(document, paths)));
      expect(there, line).toEqual(here);
      expect(ownersHints(answers.agent), line).toEqual([]);
    }
  });
});
