import { expect, test } from 'vitest';
import { textOf } from '../../../src/adapters/evm/rpc.ts';

const mib = 1024 * 1024;

test('an answer that is longer than a MiB is not read to its end', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += mib / 4;
      if (sent > 8 * mib) return controller.close();
      controller.enqueue(new Uint8Array(mib / 4));
    },
  });
  const answering: typeof fetch = async () => new Response(endless);
  await expect(textOf(answering, 'https://one.example', {})).rejects.toThrow('more than asked for');
  expect(sent).toBeLessThan(2 * mib);
});

test('an answer is read whole, however it comes in parts', async () => {
  const whole = JSON.stringify({ price: 'ü'.repeat(1000) });
  const bytes = new TextEncoder().encode(whole);
  const parts = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 101) controller.enqueue(bytes.slice(at, at + 101));
      controller.close();
    },
  });
  expect(await textOf(async () => new Response(parts), 'https://one.example', {})).toBe(whole);
});
