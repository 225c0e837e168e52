import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../support/devnet/served-devnet.ts';
import { type Home, homeAt, lonelyHome } from '../support/home.ts';

/** The lines of the first shell block under a heading of a page, their comments cut off; of its first heading where none is named. */
const linesUnder = (page: string, heading?: string): string[] => {
  const text = readFileSync(join(import.meta.dirname, '../..', page), 'utf8');
  const part = heading === undefined ? text : text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  const block = /^```sh\n([\s\S]*?)^```/m.exec(part ?? '')?.[1];
  if (block === undefined) throw new Error(`${page} has no shell block under ${heading}`);
  return block
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, ''))
    .filter((line) => line !== '');
};

/** The words after the program's name; null where the line is the shell's own. */
const wordsIn = (line: string): string | null => /^aleph-agent (.*?)( > \S+)?$/.exec(line)?.[1] ?? null;

/** A home whose lines have the usual timeout, beside the devnet that the page starts. */
const withDevnet = async (up: string): Promise<{ home: Home; devnet: ServedDevnet; close(): Promise<void> }> => {
  const lonely = lonelyHome();
  const devnet = await serveDevnet(lonely.folder, up.split(' ').slice(2), lonely.cwd);
  return {
    home: homeAt(lonely.folder),
    devnet,
    async close() {
      await devnet.close();
      lonely.close();
    },
  };
};

const own = linesUnder('docs/getting-started.md', 'Look around, without money');

describe('I-02: the code blocks of README and docs run', () => {
  let world: Awaited<ReturnType<typeof withDevnet>>;
  beforeAll(async () => {
    world = await withDevnet(wordsIn(own[0]!)!);
  });
  afterAll(() => world.close());

  it('I-02 "Look around, without money", with its clock at 60 s per second, to the end', async () => {
    expect(own[0]).toContain('--clock-rate 60');
    for (const line of own.slice(1)) {
      const words = wordsIn(line);
      if (words !== null) expect(await world.home.run(words)).toMatchObject({ exit: 0 });
    }
  });

  it.each(['README.md', 'docs/getting-started.md'])('I-02 "For real" of %s, with credits of that network', async (page) => {
    // each page makes a key of its own
    const key = page.startsWith('docs') ? 'agent-too' : 'agent';
    const passphrase = join(world.home.cwd, 'passphrase.txt');
    await writeFile(passphrase, 'a long passphrase, of course\n', { mode: 0o600 });
    const env = { ALEPH_AGENT_PASSPHRASE_FILE: passphrase, ALEPH_AGENT_ACCOUNT: key };
    for (const line of linesUnder(page, 'For real')) {
      // without a shell in its guests this network runs no commands
      if (line.includes('vm exec')) continue;
      const words = wordsIn(line)!.replace('keys create agent', `keys create ${key}`);
      expect(await world.home.run(words, { env }), line).toMatchObject({ exit: 0 });
      if (line.includes('keys create')) await world.home.must('devnet fund 2', { env });
    }
  });

  it('I-02 the settings, and every line about an approver, money, spawning and safes is understood', async () => {
    for (const line of linesUnder('docs/settings.md')) {
      const words = wordsIn(line.replace(/^source <\((.*)\)$/, '$1'))!;
      expect(await world.home.run(words)).toMatchObject({ exit: 0 });
    }
    // what --request names comes from another machine
    for (const line of [...linesUnder('docs/approver.md'), ...linesUnder('docs/accounts.md')].filter(
      (each) => !each.includes('--request'),
    )) {
      const words = wordsIn(line)!
        .replace('0x…', `0x${'1'.repeat(40)}`)
        .replace('ap_…', 'ap_12345678')
        .replace('URL', 'https://rpc.example');
      expect((await world.home.run(`${words} --no-input`)).stderr).not.toContain('(USAGE');
    }
  });
});
