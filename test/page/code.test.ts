import { html } from 'htm/preact';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Code } from '../../src/page/code.ts';
import { askedAfter } from '../../src/page/server.ts';
import { openDocument } from './document.ts';
import { answeredBy, drawn, happens } from './page-of.ts';

describe('the field for the six digits', () => {
  let opened: ReturnType<typeof openDocument>;
  let place: HTMLElement;
  let closed: string[];
  beforeAll(() => {
    opened = openDocument();
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    place = opened.document.createElement('div');
    closed = [];
  });
  afterEach(() => vi.unstubAllGlobals());

  const typed = (): void => {
    drawn(place, html`<${Code} id="ap_1"/>`, { closed: (why) => closed.push(why) });
    happens(place, 'form', 'submit');
  };
  const said = () => place.querySelector('[role=status]')!.textContent;

  it('what did not come through leaves the page open, and may be sent again', async () => {
    let away = true;
    const sent = answeredBy(() => {
      if (away) throw new TypeError('Failed to fetch');
      return { document: { answer: 'agreed' } };
    });
    typed();
    await vi.waitFor(() => expect(said()).toBe('The program does not answer; try again.'));
    away = false;
    happens(place, 'form', 'submit');
    await vi.waitFor(() => expect(said()).toBe('That is it.'));
    expect([closed, sent.length]).toEqual([[], 2]);
  });

  it('a page that its program has closed is closed', async () => {
    answeredBy(() => ({ status: 403, document: { error: { message: 'This page is closed.' } } }));
    typed();
    await vi.waitFor(() => expect(closed).toEqual(['This page is closed.']));
  });

  it('who leaves it has the question taken back', async () => {
    const sent = answeredBy(() => ({ document: {} }));
    drawn(place, html`<${Code} id="ap_1"/>`);
    happens(place, 'button[type=button]', 'click');
    await vi.waitFor(() => expect(sent).toEqual([{ path: '/leave', body: { approval: 'ap_1' } }]));
  });
});

describe('what a code is asked for', () => {
  const asked = { type: 'asked', approval: 'ap_1', until: 0 } as const;
  it.each([
    ['is what the program says', null, asked, 'ap_1'],
    ['is nothing once it is settled', 'ap_1', { type: 'settled' }, null],
    ['is nothing where a new stream begins: it was settled while none was heard', 'ap_1', { type: 'hello' }, null],
    ['stays through all else', 'ap_1', { type: 'changed' }, 'ap_1'],
  ] as const)('%s', (_, before, heard, after) => expect(askedAfter(before, heard)).toBe(after));
});
