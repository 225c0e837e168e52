import { expect, test } from 'vitest';
import { atMostAtOnce } from '../../../../src/adapters/aleph/http/at-once.ts';
import type { Answer, Ask } from '../../../../src/adapters/aleph/http/http.ts';
import { Failure } from '../../../../src/domain/failure/failure.ts';

const answer: Answer = { answered: true, status: 200, text: '', headers: new Headers() };

/** Questions that are answered when the test says so, and fail as askWith does where their caller has given up. */
const held = () => {
  const asked: string[] = [];
  const open: (() => void)[] = [];
  const ask: Ask = async (url, { signal } = {}) => {
    if (signal?.aborted) throw signal.reason;
    asked.push(url);
    return new Promise((resolve) => open.push(() => resolve(answer)));
  };
  return { ask, asked, answerNext: () => open.shift()?.() };
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await null;
};

test('R-10 a host is asked 16 things at once, further ones in their order, and another host meanwhile', async () => {
  const { ask, asked, answerNext } = held();
  const gated = atMostAtOnce(ask);
  const all = Array.from({ length: 40 }, (_, place) => gated(`http://a.test/${place}`));
  const other = gated('http://b.test/');
  await turns();
  expect(asked).toHaveLength(17);
  expect(asked.at(-1)).toBe('http://b.test/');
  for (let count = 0; count < 41; count += 1) {
    answerNext();
    await turns();
  }
  await Promise.all([...all, other]);
  expect(asked.filter((url) => url.startsWith('http://a.test/'))).toEqual(all.map((_, place) => `http://a.test/${place}`));
});

test('R-10 who is interrupted while waiting for a turn waits no longer, and takes nobody’s place', async () => {
  const { ask, asked, answerNext } = held();
  const gated = atMostAtOnce(ask);
  const first = Array.from({ length: 16 }, (_, place) => gated(`http://a.test/${place}`));
  const controller = new AbortController();
  const late = gated('http://a.test/late', { signal: controller.signal });
  const next = gated('http://a.test/next');
  await turns();
  controller.abort(new Failure('INTERRUPTED', 'enough'));
  await expect(late).rejects.toThrow('enough');
  expect(asked).toHaveLength(16);
  answerNext();
  await turns();
  expect(asked.at(-1)).toBe('http://a.test/next');
  for (let count = 0; count < 16; count += 1) {
    answerNext();
    await turns();
  }
  await Promise.all([...first, next]);
});

test('R-10 posts that take their time leave places for what is read', async () => {
  const { ask, asked, answerNext } = held();
  const gated = atMostAtOnce(ask);
  const posts = Array.from({ length: 20 }, (_, place) => gated(`http://a.test/post-${place}`, { method: 'POST' }));
  const reads = Array.from({ length: 3 }, (_, place) => gated(`http://a.test/read-${place}`));
  await turns();
  expect(asked).toHaveLength(11);
  expect(asked.slice(-3).map((url) => url.at(-6))).toEqual(['r', 'r', 'r']);
  for (let count = 0; count < 23; count += 1) {
    answerNext();
    await turns();
  }
  await Promise.all([...posts, ...reads]);
  expect(asked.filter((url) => url.includes('post'))).toHaveLength(20);
});
