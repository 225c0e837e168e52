import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../src/commands/index.ts';
import { outputSchemaOf } from '../src/contract/declare/describe.ts';
import { type DevnetWorld, devnetWorld } from './support/devnet/devnet-world.ts';
import { agreedStray } from './support/strays/agreed-stray.ts';

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
  'authz request': 'authz request',
  'authz ls': 'authz ls',
  'authz check': `authz check 0x${'12'.repeat(20)}`,
  'authz revoke': `authz revoke 0x${'12'.repeat(20)}`,
  'policy set': 'policy set --max-vms 2',
  'policy task': 'policy task nightly --budget 1',
  'policy show': 'policy show',
  'agents ls': 'agents ls',
  whoami: 'whoami',
  leave: 'leave',
  'credits prices': 'credits prices',
  'credits topup': 'credits topup --show --cu 1 --ttl 1h',
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
  'vm redeploy': 'vm redeploy ci',
  'vm adopt': 'vm adopt STRAY',
  'gc carrier export': 'gc carrier export ci --out carrier.sh',
  'gc carrier confirm': 'gc carrier confirm ci said.txt',
  'gc install': 'gc install',
  'gc status': 'gc status',
  'gc watch': 'gc watch --once',
  'gc uninstall': 'gc uninstall',
  // nothing is taken away by it, so that nobody is asked, and the VM can be destroyed below
  'vm protect': 'vm protect ci --off',
  'credits balance': 'credits balance',
  status: 'status',
  doctor: 'doctor',
  'devnet clock': 'devnet clock advance 1h',
  'ledger reconcile': 'ledger reconcile',
  'ledger take-over': 'ledger take-over',
  'credits history': 'credits history',
  'vm destroy': 'vm destroy ci',
  'ledger ls': 'ledger ls',
  'ledger show': 'ledger show ci',
  'ledger verify': 'ledger verify',
  'ledger export': 'ledger export --out audit.jsonl',
  'serve backup': 'serve backup safe.tar',
  'serve status': 'serve status',
  gc: 'gc --execute',
  'approvals ls': 'approvals ls --all',
  'policy approver show': 'policy approver show',
  'policy approver remove': 'policy approver remove',
  thaw: 'thaw',
  freeze: 'freeze',
  'devnet fault': 'devnet fault ccn-a latency 10ms times=1',
  'devnet status': 'devnet status',
  'config ls': 'config ls',
  'config set': 'config set color never',
  'config get': 'config get color',
  'config explain': 'config explain color',
  completion: 'completion bash',
  schema: 'schema vm create',
  commands: 'commands',
  errors: 'errors VM_BUSY',
  'exit-codes': 'exit-codes',
  plugin: 'plugin claude',
  init: 'init',
  'skill get': 'skill get spend',
  'skill install': 'skill install skills',
  profile: 'profile',
  demo: 'demo',
  'crash-test': 'crash-test copies',
  'devnet down': 'devnet down',
};

/** What no line without a terminal brings to success, or what is looked at in another way. */
const notHere: Readonly<Record<string, string>> = {
  approve: 'a person at a terminal',
  serve: 'served until it is ended; process/safe has it',
  dashboard: 'as serve; process/page has it',
  'serve install': 'changes the whole machine; commands/serve-service.test.ts has it',
  'serve uninstall': 'as serve install',
  'serve restore': 'needs an empty home; process/safe has it',
  join: 'needs a safe; process/safe has it',
  'vm spawn': 'for an agent of a safe; process/safe has it',
  'agents add': 'asks a person; commands/agents.test.ts has it',
  'agents show': 'needs an agent; commands/agents.test.ts has it',
  'agents limit': 'as agents show',
  'agents suspend': 'as agents show',
  'agents resume': 'as agents add',
  'agents rotate': 'as agents add',
  'agents revoke': 'as agents show',
  'authz grant': 'asks a person; lifecycle/grants has it',
  'credits allow': 'asks a person; examples.test.ts has it',
  'credits return': 'needs an allowance; examples.test.ts has it',
  'keys backup': 'a passphrase; examples.test.ts has it',
  'policy approver set': 'a person at a terminal',
  deny: 'the id of an approval; examples.test.ts has it',
  'approvals show': 'the id of an approval; examples.test.ts has it',
  'approvals wait': 'the id of an approval; examples.test.ts has it',
  'vm ssh': 'a terminal',
  'vm reinstall': 'asks a person',
  'devnet up': 'served by every test here; below',
  mcp: 'speaks MCP on its streams; process/mcp has it',
  call: 'prints the document of another command; process/mcp has it',
};

/** What the exported script says of itself on another machine. */
const carried = async ({ cwd }: DevnetWorld): Promise<void> => {
  const { stdout } = await promisify(execFile)('sh', [join(cwd, 'carrier.sh'), 'check']);
  await writeFile(join(cwd, 'said.txt'), stdout);
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
      const stray = name === 'vm adopt' ? await agreedStray(world, 'agent') : '';
      const typed = `${line.replace('HASH', world.devnet.data.crns[0]!.hash).replace('STRAY', stray)} --json --full${name === 'vm exec' ? ' -- uname -a' : ''}`;
      if (name === 'gc carrier confirm') await carried(world);
      const ran = await world.run(typed, { stdin: name === 'keys import' ? 'c0ffee'.padStart(64, '0') : '' });
      expect(ran).toMatchObject({ exit: 0, stderr: '' });
      expect(ran.stdout).toMatch(/^[^\n]+\n$/);
      const document = success.parse(JSON.parse(ran.stdout));
      expect(document.schema).toBe(`${name.replaceAll(' ', '.')}@1`);
      // nothing missing, nothing of another type, nothing that is not declared
      expect(z.parse(commands.get(name)!.output, document.data)).toEqual(document.data);
    });
  }

  it('devnet up, in its first document', () => {
    expect(z.parse(commands.get('devnet up')!.output, world.devnet.data)).toEqual(world.devnet.data);
  });

  it('XC-08 schema tells the same as the declarations', async () => {
    const ran = await world.run('schema --json --full');
    const { data } = success.parse(JSON.parse(ran.stdout)) as { data: { commands: { name: string; output: unknown }[] } };
    expect(data.commands.map(({ name }) => name)).toEqual([...commands.keys()]);
    for (const { name, output } of data.commands) expect(output).toEqual(JSON.parse(JSON.stringify(outputSchemaOf(commands.get(name)!))));
  });
});
