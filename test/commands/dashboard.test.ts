import { expect, test } from 'vitest';
import dashboard from '../../src/commands/dashboard.ts';
import type { PageEnd, PageManner } from '../../src/contract/declare/door.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { plainStyle } from '../../src/surfaces/cli/print/plain-style.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';

/** How a page would be served where this is so of the terminal, what is said as it ends, and with which exit code. */
const served = async (
  there: Partial<typeof silentTerminal>,
  end: PageEnd = 'told',
  flags: { link?: true; approves?: true; close?: true } = {},
  agents: string[] | null = [],
) => {
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
  const host = { safe: { guard: async () => ({ user: 'safe', agents }) } };
  const { exit } = await dashboard.run(
    { host, network: 'mainnet', networkId: '', caller: {}, keys: { current: () => ({ address: '0x1' }) } } as unknown as ChangeContext,
    { file: undefined, link: false, close: false, approves: false, ...flags },
    terminal,
  );
  return { ...manners[0]!, said: said.join(), exit };
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
  expect(await served({ interactive: true, machine: false, asker }, 'told', { link: true })).toMatchObject({ readOnly: false });
  await expect(served({ interactive: false, machine: true }, 'told', { link: true })).rejects.toMatchObject({ code: 'USAGE' });
  // under CI the terminal's screen is a log that others read
  await expect(served({ interactive: true, machine: false, asker: null }, 'told', { link: true })).rejects.toMatchObject({ code: 'USAGE' });
});

test('codes in the home of a safe are for a person alone, where no agent that can be seen runs beside it', async () => {
  const there = { interactive: true, machine: false, asker };
  expect(await served(there)).toMatchObject({ approves: false, seen: null });
  const seen = await served(there, 'told', { approves: true });
  expect(seen).toMatchObject({ approves: true, seen: expect.stringContaining('More than that cannot be seen') });
  expect((await served(there, 'told', { approves: true }, null)).seen).toContain('cannot be seen on this machine');
  await expect(served(there, 'told', { approves: true }, ['claude'])).rejects.toMatchObject({
    code: 'PAGE_REFUSED',
    message: expect.stringContaining('claude runs as safe'),
  });
  await expect(served({ ...there, asker: null }, 'told', { approves: true })).rejects.toMatchObject({ code: 'USAGE' });
});

test.each([
  ['code', /takes a code that stands here/],
  [
    'signature',
    /approves nothing without the approver’s signature: the policy names an approver, or this home serves agents, where --approves/,
  ],
  [null, /The page only shows/],
] as const)('a page that approves by %s says so', (approvesBy, words) => {
  const answer = {
    file: null,
    bySafe: false,
    until: '2026-11-30T12:00:00Z',
    readOnly: approvesBy === null,
    approvesBy,
    seen: 'No program of an agent.',
  };
  const text = dashboard.text(answer, plainStyle(''));
  expect(text).toMatch(words);
  expect(text).toMatch(/a browser of a user that no agent is[\s\S]*No program of an agent\./);
});

test('a page of the safe says whose terminal has the code, and how long it stays', () => {
  const answer = { file: null, bySafe: true, until: '2026-11-30T12:00:00Z', readOnly: false, approvesBy: 'code' as const, seen: null };
  const text = dashboard.text(answer, plainStyle(''));
  expect(text).toMatch(/where the safe was started[\s\S]*The safe serves it, for twelve hours/);
  expect(text).not.toMatch(/Ctrl-C/);
});

test.each<[PageEnd, RegExp, number | undefined]>([
  ['told', /^$/, undefined],
  ['handed', /If that was not you, aleph-agent dashboard --close/, undefined],
  ['closed', /pages that the safe served are closed/, undefined],
  ['none', /No safe of this home/, undefined],
  ['unopened', /^Nobody opened the page within a minute/, undefined],
  ['twice', /used a second time.*alerts that are set up/, 4],
  ['old', /twelve hours/, undefined],
])('%s: why it ended is said, and nothing more in JSON mode', async (end, words, exit) => {
  const ended = await served({ interactive: true, machine: false, asker }, end);
  expect([ended.said, ended.exit]).toEqual([expect.stringMatching(words), exit]);
  expect((await served({ machine: true }, end)).said).toBe('');
});
