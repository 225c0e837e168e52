import { html } from 'htm/preact';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Agents } from '../../src/page/agents.ts';
import type { Approval, Outputs, Vm } from '../../src/page/outputs.ts';
import { ofAccount, Requests } from '../../src/page/requests.ts';
import { Vms } from '../../src/page/vms.ts';
import { crowdOf } from '../support/page/crowd.ts';
import { openDocument } from './document.ts';
import { answeredBy, drawn, happens, type Sent } from './page-of.ts';

const crowd = crowdOf({ vms: 2, agents: 2, days: 1, requests: 2, words: (n) => `word ${n}`, now: Date.now() });
const granted = { document: { ok: true, data: { items: [], changed: true }, warnings: [] } };

let opened: ReturnType<typeof openDocument>;
let place: HTMLElement;
beforeAll(() => {
  opened = openDocument();
});
afterAll(() => opened.close());
beforeEach(() => {
  place = opened.document.createElement('div');
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
  vi.stubGlobal('dispatchEvent', () => true);
});
afterEach(() => vi.unstubAllGlobals());

describe('what runs', () => {
  const vms = crowd['vm ls']!;
  const [mine, theirs] = vms.items.map((vm, n) => ({ ...vm, name: 'web', agent: n === 0 ? undefined : 'ci' })) as [Vm, Vm];

  it('of two VMs of a name the one in whose row that was clicked is ended, by its item hash', async () => {
    const sent = answeredBy(() => granted);
    drawn(place, html`<${Vms} data=${{ ...vms, items: [mine, theirs] }} problem=${null}/>`);
    const labels = [...place.querySelectorAll('button')].map((button) => button.getAttribute('aria-label'));
    expect(labels).toEqual([`Destroy web, ${mine.id}, of the owner`, `Destroy web, ${theirs.id}, of ci`]);
    happens(place, `button[aria-label^="Destroy web, ${theirs.id}"]`, 'click');
    await vi.waitFor(() => expect(place.querySelector('dialog p')!.textContent).toContain(`${theirs.id}) of ci`));
    happens(place, 'dialog input', 'input', 'web');
    await vi.waitFor(() => expect(place.querySelector('dialog button[type=submit]')!.hasAttribute('disabled')).toBe(false));
    happens(place, 'dialog form', 'submit');
    const call: Sent = { path: '/call', body: { command: 'vm destroy', input: { vms: [theirs.itemHash] }, typed: 'web' } };
    await vi.waitFor(() => expect(sent).toEqual([call]));
  });

  it.each([
    ['Leave it', () => happens(place, 'dialog button[type=button]', 'click')],
    ['Esc', () => (place.querySelector('dialog') as HTMLDialogElement).close()],
  ])('a name that was typed before %s destroys nothing later: it is typed anew', async (_, leave) => {
    const sent = answeredBy(() => granted);
    drawn(place, html`<${Vms} data=${{ ...vms, items: [mine] }} problem=${null}/>`);
    const open = async (): Promise<void> => {
      happens(place, 'button[aria-label^=Destroy]', 'click');
      await vi.waitFor(() => expect(place.querySelector('dialog[open]')).not.toBeNull());
    };
    const isReady = (): boolean => !place.querySelector('dialog button[type=submit]')!.hasAttribute('disabled');
    await open();
    happens(place, 'dialog input', 'input', 'web');
    await vi.waitFor(() => expect(isReady()).toBe(true));
    leave();
    await vi.waitFor(() => expect(place.querySelector('dialog')).toBeNull());
    await open();
    expect([(place.querySelector('dialog input') as HTMLInputElement).value, isReady()]).toEqual(['', false]);
    happens(place, 'dialog form', 'submit');
    expect(sent).toEqual([]);
  });

  it('says how many there are beyond those that it read', () => {
    drawn(place, html`<${Vms} data=${{ ...vms, total: 1002 }} problem=${null}/>`);
    expect(place.textContent).toContain('1000 more: aleph-agent vm ls');
  });
});

describe('agents', () => {
  it('that could not be read are no silence: what was wrong is said', async () => {
    answeredBy(() => ({ document: { ok: false, error: { code: 'LEDGER_BUSY', message: 'The ledger is busy.' } } }));
    drawn(place, html`<${Agents}/>`);
    await vi.waitFor(() => expect(place.querySelector('#agents + .bad')?.textContent).toContain('The ledger is busy.'));
  });

  it('have nothing to show where there are none', async () => {
    const sent = answeredBy(() => ({ document: { ok: true, data: { items: [], count: 0, total: 0 }, warnings: [] } }));
    drawn(place, html`<${Agents}/>`);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(place.innerHTML).toBe('');
  });
});

describe('what waits for a person', () => {
  const request = (id: string, patch: Partial<Approval> = {}): Approval => ({ ...crowd['approvals ls']!.items[0]!, id, ...patch });
  const own = `0x${'4249ef46bb'.repeat(4)}`;
  let list: Outputs['approvals ls'];
  const listed = (items: Approval[], total = items.length): Sent[] => {
    list = { items, count: items.length, total, nextCursor: null, totals: {} };
    return answeredBy(() => ({ document: { ok: false, error: { code: 'USAGE', message: 'not here' } } }));
  };
  const requests = (approver = 'terminal') => html`<${Requests} approver=${approver} of=${ofAccount(list, own)} problem=${null}/>`;
  const shown = () => [...place.querySelectorAll('article')].map((article) => article.getAttribute('aria-label'));

  it('all of it, the newest first, under what would be applied; and how many more there are', async () => {
    listed([request('ap_1'), request('ap_2', { summary: 'Create ci, 1 h' }), request('ap_3', { state: 'granted' })], 5);
    drawn(place, requests());
    await vi.waitFor(() => expect(shown()).toEqual(['Request ap_2', 'Request ap_1', 'Request ap_3']));
    expect(place.querySelector('.ours')!.textContent).toMatch(/^Create dear: 4 CU/);
    expect(place.textContent).toContain('2 more: aleph-agent approvals ls');
  });

  it('only what this account’s key would sign, and how many wait for other accounts; each says whose it is', async () => {
    const theirs = { account: `0x${'5'.repeat(40)}` };
    listed([request('ap_1', { payer: '0xpayer' }), request('ap_2', theirs), request('ap_3', { ...theirs, state: 'granted' })]);
    drawn(place, requests());
    await vi.waitFor(() => expect(shown()).toEqual(['Request ap_1']));
    expect(place.querySelector('article dd')!.textContent).toBe(`${own}, paid by 0xpayer`);
    expect(place.textContent).toContain('Requests of other accounts that wait: 1');
    expect(ofAccount(list, own).waiting).toBe(1);
  });

  it('a code that is asked for what is not in the list has its field all the same', async () => {
    listed([request('ap_1')]);
    drawn(place, requests(), { asked: 'ap_9' });
    await vi.waitFor(() => expect(shown()).toEqual(['Request ap_1']));
    expect([place.querySelector('h3')!.textContent, place.querySelectorAll('form input[inputmode=numeric]').length]).toEqual(['ap_9', 1]);
  });

  it('a page that takes no codes offers none, and says where it is approved', async () => {
    listed([request('ap_1')]);
    drawn(place, requests(), { approves: false });
    await vi.waitFor(() => expect(shown()).toEqual(['Request ap_1']));
    expect(place.textContent).toContain('aleph-agent approve ap_1');
    expect([...place.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual(['Ask', 'Deny']);
  });

  it('who has no wallet is told what else signs', async () => {
    listed([request('ap_1')]);
    drawn(place, requests(`0x${'1'.repeat(40)}`));
    await vi.waitFor(() =>
      expect(place.textContent).toMatch(/this browser has no wallet\. .*aleph-agent approve ap_1 at a terminal signs/),
    );
  });

  describe('where an approver’s wallet signs', () => {
    const approver = `0x${'1'.repeat(40)}`;
    const sign = (mostUsd: string) => ({ domain: {}, types: {}, primaryType: 'PlanApproval', message: { what: 'Create dear', mostUsd } });
    const asked: { method: string; params?: unknown[] }[] = [];
    const wallet = {
      info: { uuid: 'u', name: 'Wallet' },
      provider: {
        request: async (one: (typeof asked)[number]) => {
          asked.push(one);
          return one.method === 'eth_requestAccounts' ? [approver] : `0x${'2'.repeat(130)}`;
        },
      },
    };
    /** The page with this wallet, whose program makes this of the request, time after time. */
    const draws = async (made: () => object, items: Approval[]): Promise<Sent[]> => {
      asked.length = 0;
      vi.stubGlobal('addEventListener', (kind: string, heard: (event: unknown) => void) => {
        if (kind === 'eip6963:announceProvider') heard({ detail: wallet });
      });
      listed(items);
      const sent = answeredBy(({ body: { input } }) => ({
        document: { ok: true, data: { approval: 'ap_1', state: 'granted', sign: 'show' in input! ? made() : null }, warnings: [] },
      }));
      drawn(place, requests(approver));
      await vi.waitFor(() => expect(shown()).toHaveLength(items.length));
      return sent;
    };
    const button = () => [...place.querySelectorAll('article button')].find(({ textContent }) => textContent?.startsWith('Sign'))!;
    const isReady = () => vi.waitFor(() => expect(button().hasAttribute('disabled')).toBe(false));
    const click = () => button().dispatchEvent(new (opened.document.defaultView as unknown as { Event: typeof Event }).Event('click'));

    it('what is signed stands open, and that very object is given to it', async () => {
      const sent = await draws(() => sign('0.2280'), [request('ap_1')]);
      await isReady();
      expect([...place.querySelectorAll('details[open] dd')].map(({ textContent }) => textContent)).toEqual([
        'PlanApproval',
        'Create dear',
        '0.2280',
      ]);
      click();
      await vi.waitFor(() => expect(place.textContent).toContain('ap_1 is approved'));
      expect(asked.at(-1)).toEqual({ method: 'eth_signTypedData_v4', params: [approver, JSON.stringify(sign('0.2280'))] });
      expect(sent.at(-1)!.body.input).toEqual({ id: 'ap_1', signature: `0x${'2'.repeat(130)}` });
    });

    it('is asked for nothing where the program makes something else of it by then', async () => {
      let most = '0.2280';
      await draws(() => sign(most), [request('ap_1')]);
      await isReady();
      most = '228.0000';
      click();
      await vi.waitFor(() => expect(place.textContent).toContain('PLAN_MOVED'));
      expect([asked, place.querySelector('details[open]')!.textContent]).toEqual([[], expect.stringContaining('228.0000')]);
    });

    it('of a crowd the newest ten are read at once, and no other is signed before it was', async () => {
      const sent = await draws(
        () => sign('0.2280'),
        Array.from({ length: 12 }, (_, n) => request(`ap_${n}`)),
      );
      const read = () => sent.filter(({ body }) => body.command === 'approve').length;
      await vi.waitFor(() => expect(read()).toBe(10));
      const last = [...place.querySelectorAll('article')].at(-1)!;
      expect(last.textContent).toContain('it is read before it is signed');
      expect([...last.querySelectorAll('button')].map((one) => one.hasAttribute('disabled'))).toEqual([true, false]);
    });

    it('an envelope is asked for, and becomes a request', async () => {
      const sent = await draws(() => sign('1'), []);
      happens(place, '#requests ~ details form', 'submit');
      const input = { upTo: '1', ttl: '4h', cu: 1, vms: 3, until: '24h' };
      await vi.waitFor(() => expect(sent.map(({ path, body }) => [path, body.input])).toContainEqual(['/call', input]));
    });
  });

  it('while it is denied nobody is sent to the terminal', async () => {
    let denying: (() => void) | null = null;
    listed([request('ap_1')]);
    drawn(place, requests());
    await vi.waitFor(() => expect(shown()).toEqual(['Request ap_1']));
    vi.stubGlobal(
      'fetch',
      () =>
        new Promise((resolve) => {
          denying = () =>
            resolve(
              Response.json(
                { ok: true, data: { approval: 'ap_1', state: 'denied', changed: true }, warnings: [] },
                { headers: { 'aleph-agent-proof': 'p' } },
              ),
            );
        }),
    );
    happens(place, 'article button.danger', 'click');
    await vi.waitFor(() => expect(place.querySelector('article button.danger')!.hasAttribute('disabled')).toBe(true));
    expect(place.textContent).not.toContain('Look at the');
    denying!();
    await vi.waitFor(() => expect(place.textContent).toContain('ap_1 is denied.'));
  });
});
