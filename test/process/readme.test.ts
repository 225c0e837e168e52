import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../support/devnet/served-devnet.ts';
import { type Home, homeAt, lonelyHome } from '../support/home.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** The lines of a shell block under a heading, their comments cut off. */
const linesUnder = (heading: string): string[] => {
  const part = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const block = /^```sh\n([\s\S]*?)^```/m.exec(part)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, ''))
    .filter((line) => line !== '');
};

/** The words after the program's name; null where the line is the shell's own. */
const wordsIn = (line: string): string | null => /^aleph-agent (.*?)( > \S+)?$/.exec(line)?.[1] ?? null;

/** A home whose lines have the usual timeout, beside the devnet that README starts. */
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

const own = linesUnder('A network of your own');

describe('I-02: the code blocks of README run', () => {
  let world: Awaited<ReturnType<typeof withDevnet>>;
  beforeAll(async () => {
    world = await withDevnet(wordsIn(own[0]!)!);
  });
  afterAll(() => world.close());

  it('I-02 "A network of your own", with its clock at 60 s per second, to the end', async () => {
    expect(own[0]).toContain('--clock-rate 60');
    for (const line of own.slice(1)) {
      const words = wordsIn(line);
      if (words !== null) expect(await world.home.run(words)).toMatchObject({ exit: 0 });
    }
  });

  it('I-02 "For real", with credits of that network', async () => {
    const passphrase = join(world.home.cwd, 'passphrase.txt');
    await writeFile(passphrase, 'a long passphrase, of course\n', { mode: 0o600 });
    const env = { ALEPH_AGENT_PASSPHRASE_FILE: passphrase, ALEPH_AGENT_ACCOUNT: 'agent' };
    for (const line of linesUnder('For real')) {
      // without a shell in its guests this network runs no commands
      if (line.includes('vm exec')) continue;
      expect(await world.home.run(wordsIn(line)!, { env })).toMatchObject({ exit: 0 });
      if (line.includes('keys create')) await world.home.must('devnet fund 2', { env });
    }
  });

  it('I-02 "Settings", and every line of "An approver" is understood', async () => {
    for (const line of linesUnder('Settings')) {
      const words = wordsIn(line.replace(/^source <\((.*)\)$/, '$1'))!;
      expect(await world.home.run(words)).toMatchObject({ exit: 0 });
    }
    // what --request names comes from another machine
    for (const line of linesUnder('An approver').filter((each) => !each.includes('--request'))) {
      const words = wordsIn(line)!
        .replace('0x…', `0x${'1'.repeat(40)}`)
        .replace('ap_…', 'ap_12345678');
      expect((await world.home.run(`${words} --no-input`)).stderr).not.toContain('(USAGE');
    }
  });
});
