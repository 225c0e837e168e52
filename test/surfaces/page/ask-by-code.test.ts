import { describe, expect, it } from 'vitest';
import type { Answered, Around } from '../../../src/contract/declare/door.ts';
import { planOf } from '../../support/cli-world.ts';
import { pageAt } from './page-at.ts';

const plan = planOf({ summary: 'Create dear: at most 0.2280 USD.', consentPhrase: '0.2280' });

/** A program that asks whoever may be asked about one plan, as approve does. */
const asking = async (_order: unknown, around: Around): Promise<Answered> => {
  const agreed = (await around.person?.approve(plan, '0.2280')) ?? false;
  return agreed
    ? { document: { ok: true, schema: 'approve@1', data: {}, warnings: [], next: [] }, exit: 0 }
    : { document: { ok: false, schema: 'failure@1', error: { code: 'DECLINED' } }, exit: 4 };
};

const opened = async (call = asking, more: Parameters<typeof pageAt>[0] = {}) => {
  const at = pageAt({ call, ...more });
  const key = await at.open();
  const approve = async (approval = 'ap_1'): Promise<string> => {
    const document = (await (await at.post('/approve', { approval }, key)).json()) as { ok: boolean; error: { code: string } };
    return document.ok ? 'ok' : document.error.code;
  };
  const type = async (code: string, approval = 'ap_1'): Promise<string> =>
    ((await (await at.post('/code', { approval, code }, key)).json()) as { answer: string }).answer;
  /** Lets what was sent arrive. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { at, key, approve, type, settle };
};

describe('an approval by the six digits at the terminal', () => {
  it('is given by them alone, and they stand beside the plan', async () => {
    const { at, approve, type, settle } = await opened();
    const asked = approve();
    await settle();
    expect(at.said[0]).toContain('Create dear: at most 0.2280 USD.');
    expect(at.said[0]).toContain('Type 123 456 there');
    expect(await type('123 456')).toBe('agreed');
    expect(await asked).toBe('ok');
    expect(at.orders).toEqual([{ command: 'approve', input: { id: 'ap_1' }, timeoutSeconds: 180 }]);
  });

  it('is fresh for each, and good for one', async () => {
    const { at, approve, type, settle } = await opened();
    const first = approve();
    await settle();
    await type('123456');
    expect([await first, await type('123456')]).toEqual(['ok', 'none']);
    const second = approve('ap_2');
    await settle();
    expect(at.codes).toEqual(['123456', '123457']);
    expect(await type('123457', 'ap_1')).toBe('none');
    expect(await type('123456', 'ap_2')).toBe('wrong');
    expect(await type('123457', 'ap_2')).toBe('agreed');
    expect(await second).toBe('ok');
  });

  it('is not given after three wrong ones, nor after two minutes', async () => {
    const { at, approve, type, settle } = await opened();
    const wrong = approve();
    await settle();
    for (const code of ['000000', '', '654321']) expect(await type(code)).toBe('wrong');
    expect([await wrong, await type('123456')]).toEqual(['DECLINED', 'none']);
    const late = approve();
    await settle();
    at.pass(120_000);
    expect([await late, await type('123457')]).toEqual(['DECLINED', 'none']);
  });

  it('nine wrong ones in a row end it: who guesses gets nine of a million', async () => {
    const { at, approve, type, settle } = await opened();
    for (let round = 0; round < 3; round += 1) {
      const asked = approve();
      await settle();
      for (let n = 0; n < 3; n += 1) await type('000000');
      expect(await asked).toBe('DECLINED');
    }
    expect(await approve()).toBe('PAGE_REFUSED');
    expect(at.codes).toHaveLength(3);
  });

  it('one is asked for at a time, and another tab is told which', async () => {
    const { at, key, approve, type, settle } = await opened();
    const first = approve();
    await settle();
    expect(await approve('ap_2')).toBe('PAGE_REFUSED');
    const stream = (await at.send('GET', '/events', { headers: key })).body!.getReader();
    const heard = [await stream.read(), await stream.read()].map(({ value }) => JSON.parse(new TextDecoder().decode(value)));
    expect(heard).toMatchObject([{ type: 'hello' }, { type: 'asked', approval: 'ap_1' }]);
    await type('123456');
    expect(await first).toBe('ok');
  });

  it('is taken back by who leaves it, or denies what it is about, and the next can be asked at once', async () => {
    const { at, key, approve, type, settle } = await opened();
    const left = approve();
    await settle();
    await at.post('/leave', { approval: 'ap_2' }, key);
    expect((await at.post('/leave', { approval: 'x' }, key)).status).toBe(400);
    expect(await approve('ap_2')).toBe('PAGE_REFUSED');
    await at.post('/leave', { approval: 'ap_1' }, key);
    expect([await left, await type('123456')]).toEqual(['DECLINED', 'none']);
    const denied = approve('ap_2');
    await settle();
    const deny = { command: 'deny', input: { id: 'ap_2' } };
    void at.post('/call', deny, key);
    expect(await denied).toBe('DECLINED');
    expect([await type('123457', 'ap_2'), at.orders.at(-1)!.command]).toEqual(['none', 'deny']);
    const third = approve('ap_3');
    await settle();
    await type('123458', 'ap_3');
    expect(await third).toBe('ok');
    expect((await at.post('/leave', { approval: 'ap_1' })).status).toBe(403);
  });

  it('what became of it stands at the terminal, and is told to every tab', async () => {
    const moved: typeof asking = async (order, around) => {
      const answered = await asking(order, around);
      const error = { code: 'PLAN_MOVED', message: 'The plan has moved.' };
      return answered.document.ok ? { document: { ok: false, schema: 'failure@1', error }, exit: 4 } : answered;
    };
    for (const [call, words] of [
      [asking, 'ap_1 is approved.'],
      [moved, 'ap_1 is not approved: The plan has moved.'],
    ] as const) {
      const { at, key, approve, type, settle } = await opened(call);
      const stream = (await at.send('GET', '/events', { headers: key })).body!.getReader();
      const asked = approve();
      await settle();
      await type('123456');
      await asked;
      expect(at.said.at(-1)).toBe(words);
      let heard = '';
      while (!heard.includes('outcome')) heard += new TextDecoder().decode((await stream.read()).value);
      expect(heard).toContain(JSON.stringify({ type: 'outcome', said: words }));
    }
  });

  it('figures of an envelope that are none reach approve, which says which', async () => {
    const { at, key, type, settle } = await opened();
    const asked = at.post('/approve', { envelope: { upTo: '2', ttl: '4h', cu: 'two', vms: 1.5, until: '24h' } }, key);
    await settle();
    await type('123456', 'an envelope');
    await asked;
    expect(at.orders[0]!.input).toMatchObject({ cu: 'two', vms: 1.5 });
  });

  it('an envelope is asked for as one, and takes nothing but its sizes', async () => {
    const { at, key, type, settle } = await opened();
    const envelope = { upTo: '2', ttl: '4h', cu: 2, vms: 3, until: '24h' };
    const asked = at.post('/approve', { envelope }, key);
    await settle();
    expect(at.said[0]).toContain('The page wants an envelope approved:');
    expect([await type('123456', 'ap_1'), await type('123456', 'an envelope')]).toEqual(['none', 'agreed']);
    expect(((await (await asked).json()) as { ok: boolean }).ok).toBe(true);
    expect(at.orders).toEqual([{ command: 'approve', input: envelope, timeoutSeconds: 180 }]);
    for (const more of [{ id: 'ap_1' }, { request: '/etc/passwd' }, { signature: '0x' }, { show: true }]) {
      expect((await at.post('/approve', { envelope: { ...envelope, ...more } }, key)).status).toBe(400);
    }
  });

  it('a home with agents approves by no code, unless its person said so as it started', async () => {
    let agents = true;
    const { at, key, approve, settle } = await opened(asking, { hasAgents: () => agents });
    expect(await approve()).toBe('PAGE_REFUSED');
    expect((await at.post('/approve', { envelope: { upTo: '2', ttl: '4h', cu: 2, vms: 3, until: '24h' } }, key)).status).toBe(403);
    expect([at.said, at.orders]).toEqual([[], []]);
    // the approver's signature is good whoever brings it
    const signature = { command: 'approve', input: { id: 'ap_1', signature: '0x'.padEnd(132, '1') } };
    await at.post('/call', signature, key);
    expect(at.orders).toMatchObject([signature]);
    agents = false;
    void approve();
    await settle();
    expect(at.said).toHaveLength(1);
    const said = await opened(asking, { hasAgents: () => true, approves: true });
    void said.approve();
    await settle();
    expect(said.at.said).toHaveLength(1);
  });

  it('a home whose policy names an approver approves by no code, from the moment on that it does', async () => {
    let named = true;
    const { at, approve, settle } = await opened(asking, { approves: true, hasApprover: async () => named });
    expect([await approve(), await at.page.approvesBy()]).toEqual(['PAGE_REFUSED', 'signature']);
    expect([at.said, at.orders]).toEqual([[], []]);
    named = false;
    void approve();
    await settle();
    expect([at.said.length, await at.page.approvesBy()]).toEqual([1, 'code']);
  });

  it.each<[string, Parameters<typeof pageAt>[0], string | null]>([
    ['only shows', { readOnly: true, hasApprover: async () => true }, null],
    ['serves agents', { hasAgents: () => true }, 'signature'],
    ['cannot tell its approver', { hasApprover: () => Promise.reject(new Error('busy')) }, 'signature'],
  ])('who starts a page that %s is told what approves there', async (_, more, by) => expect(await pageAt(more).page.approvesBy()).toBe(by));

  it.each<[string, Parameters<typeof pageAt>[0], boolean]>([
    ['takes codes', {}, true],
    ['only shows', { readOnly: true }, false],
    ['has agents', { hasAgents: () => true }, false],
    ['has agents, and was told to take them', { hasAgents: () => true, approves: true }, true],
    [
      'cannot be read',
      {
        hasAgents: () => {
          throw new Error('busy');
        },
      },
      false,
    ],
  ])('who opens a page whose home %s is told what it does', async (_, more, approves) => {
    const at = pageAt(more);
    expect(await (await at.post('/open', { link: at.page.link })).json()).toMatchObject({ approves });
  });

  it('an id that is none reaches no terminal', async () => {
    const { at, key } = await opened();
    for (const approval of ['ap_\u001b[2J', '../x', '', 'ap_1 ok'] as const) {
      expect((await at.post('/approve', { approval }, key)).status).toBe(400);
    }
    expect(at.said).toEqual([]);
  });
});
