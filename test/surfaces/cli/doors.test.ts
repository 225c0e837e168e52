import { expect, test } from 'vitest';
import type { PageManner } from '../../../src/contract/declare/door.ts';
import type { PageServing } from '../../../src/surfaces/cli/cli-parts.ts';
import { doorsOf } from '../../../src/surfaces/cli/doors.ts';
import { plainStyle } from '../../../src/surfaces/cli/print/plain-style.ts';

const manner: PageManner = {
  file: null,
  shown: true,
  readOnly: false,
  approves: false,
  seen: null,
  about: { network: 'devnet', networkId: null, account: null, payer: null, task: null },
  close: false,
};

/** What goes to stdout and to stderr where a page says something to whoever is at the terminal. */
const said = async (text: string, style = true) => {
  const written: Record<'out' | 'errors', string[]> = { out: [], errors: [] };
  const host = {
    legible: (words: string) => words,
    write: (words: string) => written.out.push(words),
    writeError: (words: string) => written.errors.push(words),
  };
  const doorway = {
    host,
    parts: {
      manifest: async () => ({ commands: [] }),
      servePage: async (door: PageServing) => {
        door.say(text);
        return 'told';
      },
    },
    selection: { globals: {} },
    style: style ? plainStyle('') : null,
    letGo: async () => {},
  };
  await doorsOf(doorway as unknown as Parameters<typeof doorsOf>[0]).servePage(manner);
  return written;
};

test('a page’s link and codes go to the terminal that was looked at, and into no file that stderr may be', async () => {
  expect(await said('Type 123 456 there.')).toEqual({ out: ['Type 123 456 there.\n'], errors: [] });
  expect(await said('Type 123 456 there.', false)).toEqual({ out: [], errors: [] });
});
