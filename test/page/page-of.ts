import { html, render } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { vi } from 'vitest';
import { type Page, PageContext } from '../../src/page/hooks.ts';

const quiet: Page = {
  readOnly: false,
  approves: true,
  round: 0,
  asked: null,
  outcome: null,
  refresh: () => {},
  closed: () => {},
  warn: () => {},
};

/** Draws a part of the page at this place, as it is where this is so of the page. */
export const drawn = (place: HTMLElement, part: ComponentChildren, page: Partial<Page> = {}): void =>
  render(html`<${PageContext.Provider} value=${{ ...quiet, ...page }}>${part}<//>` as VNode, place);

export interface Sent {
  path: string;
  body: { command?: string; input?: object; typed?: string };
}

/** A program that answers what the page sends, or does not come through where `answer` throws; what was sent, in order. */
export const answeredBy = (answer: (sent: Sent) => { status?: number; document: object }): Sent[] => {
  const all: Sent[] = [];
  vi.stubGlobal('sessionStorage', { getItem: () => JSON.stringify({ key: 'k', proof: 'p' }), setItem: () => {}, removeItem: () => {} });
  vi.stubGlobal('fetch', async (path: string, { body = '{}' }: { body?: string }) => {
    const sent = { path, body: JSON.parse(body) };
    all.push(sent);
    const { status = 200, document } = answer(sent);
    return Response.json(document, { status, headers: { 'aleph-agent-proof': 'p' } });
  });
  return all;
};

/** What a browser does as somebody clicks, submits or types there. */
export const happens = (place: Element, selector: string, kind: string, value?: string): void => {
  const element = place.querySelector(selector);
  if (element === null) throw new Error(`there is no ${selector} in ${place.innerHTML}`);
  if (value !== undefined) (element as HTMLInputElement).value = value;
  const { Event } = place.ownerDocument.defaultView as unknown as { Event: typeof globalThis.Event };
  element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
};
