import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { firstDocument } from '../../../src/main/ground/own-program.ts';

const says = (text: string) => firstDocument(spawn(process.execPath, ['-e', text], { stdio: 'pipe' }));

test('the first document of what serves', async () => {
  expect(await says(`console.log('{"ok":true,"data":{"url":"u"}}'); console.log('{"ok":false}')`)).toEqual({
    ok: true,
    data: { url: 'u' },
  });
});

test.each([
  [`console.log('{"ok":false,"error":{"code":"USAGE","message":"The path is too long."}}')`, 'USAGE: The path is too long.'],
  [`console.log('Serving.')`, 'Serving.'],
  [`console.error('no such module'); process.exit(1)`, 'no such module'],
])('%s: it did not start, and it says why', async (text, why) => {
  const message = `What was to serve did not start: ${why}`;
  await expect(says(text)).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING', message });
});
