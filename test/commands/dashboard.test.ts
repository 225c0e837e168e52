import { expect, test } from 'vitest';
import dashboard from '../../src/commands/dashboard.ts';
import type { PageEnd, PageManner } from '../../src/contract/declare/door.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';

/** How a page would be served where this is so of the terminal, what is said as it ends, and with which exit code. */
const served = async (there: Partial<typeof silentTerminal>, end: PageEnd = 'told', link = false) => {
  const manners: PageManner[] = [];
  const said: string[] = [];
  const terminal = {
    ...silentTerminal,
    ...there,
    paragraph: (text: string) => said.push(text),
    servePage: async (manner: PageManner) => {
      manners.push(manner);
      return end;
    },
  };
  const { exit } = await dashboard.run({} as ChangeContext, { file: undefined, link }, terminal);
  return { readOnly: manners[0]!.readOnly, said: said.join(), exit };
};

const asker = { choose: async () => expect.unreachable(), answer: async () => expect.unreachable() } as NonNullable<
  typeof silentTerminal.asker
>;

test('a page does more than show only where a person at a terminal can be asked', async () => {
  expect(await served({ interactive: true, machine: false, asker })).toMatchObject({ readOnly: false });
  // --no-input, or under CI
  expect(await served({ interactive: true, machine: false, asker: null })).toMatchObject({ readOnly: true });
  // on a pipe, or with --json
  expect(await served({ interactive: false, machine: false, asker })).toMatchObject({ readOnly: true });
  expect(await served({ interactive: false, machine: true })).toMatchObject({ readOnly: true });
});

test('the link itself is shown to a person alone', async () => {
  expect(await served({ interactive: true, machine: false, asker }, 'told', true)).toMatchObject({ readOnly: false });
  await expect(served({ interactive: false, machine: true }, 'told', true)).rejects.toMatchObject({ code: 'USAGE' });
});

test.each<[PageEnd, RegExp, number | undefined]>([
  ['told', /^$/, undefined],
  ['unopened', /^Nobody opened the page within a minute/, undefined],
  ['twice', /used a second time.*an alert went out/, 4],
  ['old', /twelve hours/, undefined],
])('%s: why it ended is said, and nothing more in JSON mode', async (end, words, exit) => {
  const ended = await served({ interactive: true, machine: false, asker }, end);
  expect([ended.said, ended.exit]).toEqual([expect.stringMatching(words), exit]);
  expect((await served({ machine: true }, end)).said).toBe('');
});
