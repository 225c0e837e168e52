import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../src/commands/index.ts';
import { outputSchemaOf } from '../src/contract/describe.ts';
import { type DevnetWorld, devnetWorld } from './support/devnet-world.ts';
import { dryParse } from './support/dry-parse.ts';

/** conventions.md §1.3. */
const success = z.strictObject({
  ok: z.literal(true),
  schema: z.string(),
  data: z.unknown(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string().min(5) })),
  next: z.array(z.strictObject({ command: z.string(), why: z.string().min(2) })),
  meta: z.strictObject({ operation: z.string().optional(), version: z.string() }),
});

/** A line for each command, in the order of a VM's life; `HASH` is a node's. */
const lines: Readonly<Record<string, string>> = {
  'keys create': 'keys create agent --unencrypted',
  'keys import': 'keys import other --private-key - --unencrypted',
  'keys ls': 'keys ls',
  'keys use': 'keys use agent',
  'keys show': 'keys show',
  'devnet fund': 'devnet fund 5',
  'policy set': 'policy set --max-vms 2',
  'policy task': 'policy task nightly --budget 1',
  'policy show': 'policy show',
  'credits prices': 'credits prices',
  'credits estimate': 'credits estimate --cu 2 --ttl 8h',
  'crns ls': 'crns ls --limit 3',
  'crns show': 'crns show HASH',
  'crns check': 'crns check HASH',
  'vm create': 'vm create ci --cu 1 --ttl 2h',
  'vm wait': 'vm wait ci',
  'vm ls': 'vm ls',
  'vm show': 'vm show ci',
  'vm exec': 'vm exec ci',
  'vm cp': 'vm cp notes.txt ci:notes.txt',
  'vm logs': 'vm logs ci',
  'vm port add': 'vm port add ci 8080',
  'vm port ls': 'vm port ls ci',
  'vm port rm': 'vm port rm ci 8080',
  'vm extend': 'vm extend ci --by 1h',
  'vm reboot': 'vm reboot ci',
  'vm stop': 'vm stop ci',
  'vm start': 'vm start ci',
  // nothing is taken away by it, so that nobody is asked, and the VM can be destroyed below
  'vm protect': 'vm protect ci --off',
  'credits balance': 'credits balance',
  status: 'status',
  'devnet clock': 'devnet clock advance 1h',
  'ledger reconcile': 'ledger reconcile',
  'ledger take-over': 'ledger take-over',
  'credits history': 'credits history',
  'vm destroy': 'vm destroy ci',
  'ledger ls': 'ledger ls',
  'ledger show': 'ledger show ci',
  'ledger verify': 'ledger verify',
  'ledger export': 'ledger export --out audit.jsonl',
  gc: 'gc --execute',
  'devnet fault': 'devnet fault ccn-a latency 10ms times=1',
  'devnet status': 'devnet status',
  schema: 'schema vm create',
  commands: 'commands',
  errors: 'errors VM_BUSY',
  'exit-codes': 'exit-codes',
  profile: 'profile',
  demo: 'demo',
  'devnet down': 'devnet down',
};

/** What no line without a terminal brings to success, or what is looked at in another way. */
const notHere: Readonly<Record<string, string>> = {
  approve: 'a person at a terminal',
  'vm ssh': 'a terminal',
  'vm reinstall': 'asks a person',
  'devnet up': 'served by every test here; below',
};

const commands = new Map(await Promise.all(registry.map(async ({ name, load }) => [name, (await load()).default] as const)));

describe('every command in JSON mode gives one document for success, of the schema that it declares', () => {
  let world: DevnetWorld;
  beforeAll(async () => {
    world = await devnetWorld();
    await writeFile(join(world.cwd, 'notes.txt'), 'to remember\n');
  });
  afterAll(() => world.close());

  it('has a line for every command, or a reason', () => {
    expect([...Object.keys(lines), ...Object.keys(notHere)].sort()).toEqual([...commands.keys()].sort());
  });

  for (const [name, line] of Object.entries(lines)) {
    it(name, async () => {
      const typed = `${line.replace('HASH', world.devnet.data.crns[0]!.hash)} --json --full${name === 'vm exec' ? ' -- uname -a' : ''}`;
      const ran = await world.run(typed, { stdin: name === 'keys import' ? 'c0ffee'.padStart(64, '0') : '' });
      expect(ran).toMatchObject({ exit: 0, stderr: '' });
      expect(ran.stdout).toMatch(/^[^\n]+\n$/);
      const document = success.parse(JSON.parse(ran.stdout));
      expect(document.schema).toBe(`${name.replaceAll(' ', '.')}@1`);
      // nothing missing, nothing of another type, nothing that is not declared
      expect(z.parse(commands.get(name)!.output, document.data)).toEqual(document.data);
      for (const { command } of document.next) dryParse(command);
    });
  }

  it('devnet up, in its first document', () => {
    expect(z.parse(commands.get('devnet up')!.output, world.devnet.data)).toEqual(world.devnet.data);
  });

  it('schema tells the same as the declarations', async () => {
    const ran = await world.must('schema --json --full');
    const { data } = success.parse(JSON.parse(ran.stdout)) as { data: { commands: { name: string; output: unknown }[] } };
    expect(data.commands.map(({ name }) => name)).toEqual([...commands.keys()]);
    for (const { name, output } of data.commands) expect(output).toEqual(JSON.parse(JSON.stringify(outputSchemaOf(commands.get(name)!))));
  });
});
