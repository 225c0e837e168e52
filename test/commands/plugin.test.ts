import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type ClientName, clients, clientTable } from '../../src/domain/clients/clients.ts';
import { called } from '../support/approval/approved-call.ts';
import { codeOf } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** Files as the clients and their users leave them: comments, tabs, other servers, Windows line ends. */
const theirs: Readonly<Record<Exclude<ClientName, 'openclaw'>, readonly string[]>> = {
  claude: [
    '{\n  "mcpServers": {\n    "other": {\n      "type": "stdio",\n      "command": "x",\n      "args": [],\n      "env": {}\n    }\n  }\n}\n',
    '{"numStartups":3,"projects":{}}',
    '{}',
  ],
  opencode: ['{\n\t// mine\n\t"$schema": "https://opencode.ai/config.json",\n\t"model": "a/b", // keep\n\t"mcp": {},\n}\n'],
  codex: [
    'model = "o4" # mine\n\n[mcp_servers.other]\ncommand = "x"\nargs = []\n\n[mcp_servers.other.env]\nA = "1"\n',
    '# nothing but words\n',
    'a = 1',
  ],
  gemini: ['{\r\n  "theme": "dark"\r\n}\r\n'],
  cursor: ['{ "mcpServers": { "other": { "command": "x" } } }'],
};

const fileOf = (t: TestContext, client: ClientName): string => {
  const { project, user } = clientTable[client].files;
  const machine = join(t.folders.cache, 'machine');
  return project === null ? join(machine, user!) : join(machine, 'work', project);
};

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const plugin = async (t: TestContext, input: Record<string, unknown>): Promise<{ action: string; text: string | null; file: string }> => {
  const executed = await called(t, 'plugin', input);
  if (executed.kind !== 'result') throw new Error('plugin has no plan');
  return executed.data as { action: string; text: string | null; file: string };
};

it.each(clients)('W-016 W-017 A-055 %s: from nothing a file is made, twice is once, and --remove leaves nothing', async (client) => {
  const t = await testContext();
  const path = fileOf(t, client);
  const shown = await plugin(t, { client, dryRun: true });
  expect(existsSync(path)).toBe(false);
  expect(await plugin(t, { client })).toMatchObject({ action: 'written', file: path });
  expect(readFileSync(path, 'utf8')).toBe(shown.text);
  expect(await plugin(t, { client })).toMatchObject({ action: 'unchanged' });
  expect(await plugin(t, { client, remove: true })).toMatchObject({ action: 'removed' });
  expect(existsSync(path)).toBe(false);
  expect(await plugin(t, { client, remove: true })).toMatchObject({ action: 'unchanged' });
});

const cases = Object.entries(theirs).flatMap(([client, texts]) => texts.map((text) => [client as ClientName, text] as const));

it.each(cases)('%s keeps what is there, comments too, and --remove gives it back to the byte: %j', async (client, text) => {
  const t = await testContext();
  const path = fileOf(t, client);
  put(path, text);
  expect(await plugin(t, { client })).toMatchObject({ action: 'written' });
  const after = readFileSync(path, 'utf8');
  expect(after).toContain('aleph-agent');
  for (const mine of ['// mine', '// keep', '# mine', '# nothing but words', '"other"', '[mcp_servers.other.env]', '"theme": "dark"']) {
    if (text.includes(mine)) expect(after).toContain(mine);
  }
  expect(await plugin(t, { client })).toMatchObject({ action: 'unchanged' });
  expect(await plugin(t, { client, remove: true })).toMatchObject({ action: 'removed' });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('what was added beside our entry since stays when it is taken out', async () => {
  const t = await testContext();
  for (const client of ['claude', 'codex'] as const) {
    await plugin(t, { client });
    const path = fileOf(t, client);
    const later = client === 'codex' ? '\n[later]\na = 1\n' : '';
    const text = readFileSync(path, 'utf8');
    put(
      path,
      client === 'codex' ? `${text}${later}` : text.replace('"mcpServers": {', '"mcpServers": {\n    "later": { "command": "y" },'),
    );
    expect(await plugin(t, { client, remove: true })).toMatchObject({ action: 'removed' });
    expect(readFileSync(path, 'utf8')).toContain('later');
    expect(readFileSync(path, 'utf8')).not.toContain('aleph-agent');
  }
});

it('a file that cannot be parsed, and an entry that somebody else made, are left alone and said', async () => {
  const t = await testContext();
  for (const [client, text] of [
    ['claude', '{ "mcpServers": '],
    ['claude', '[]'],
    ['claude', '{ "mcpServers": [] }'],
    ['codex', 'a = = 1\n'],
    ['codex', 'mcp_servers = 3\n'],
  ] as const) {
    put(fileOf(t, client), text);
    expect(await codeOf(called(t, 'plugin', { client })), text).toBe('CONFIG_INVALID');
    expect(readFileSync(fileOf(t, client), 'utf8')).toBe(text);
  }
  const own = '{ "mcpServers": { "aleph-agent": { "command": "mine" } } }';
  put(fileOf(t, 'cursor'), own);
  expect(await plugin(t, { client: 'cursor' })).toMatchObject({ action: 'kept' });
  expect(readFileSync(fileOf(t, 'cursor'), 'utf8')).toBe(own);
});

it('the file keeps its mode, and a link stays a link', async () => {
  const t = await testContext();
  const path = fileOf(t, 'claude');
  const real = join(t.folders.cache, 'real.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(real, '{}');
  chmodSync(real, 0o600);
  symlinkSync(real, path);
  await plugin(t, { client: 'claude' });
  expect(readFileSync(real, 'utf8')).toContain('aleph-agent');
  expect(statSync(real).mode & 0o777).toBe(0o600);
});
