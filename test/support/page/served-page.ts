import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Document, Ended } from '../aleph-process.ts';
import type { Home } from '../home.ts';

export interface Got {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  json(): Document;
}

/** A page as whoever knows HTTP and no browser meets it. */
export interface PageDoor {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** The secret of its link, as its file has it. */
  link: string;
  send(method: string, path: string, asked?: { headers?: Readonly<Record<string, string>>; body?: unknown }): Promise<Got>;
  /** The same as our page sends it. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Got>;
  /** Uses the link. Returns the header that the page's calls have from then on. */
  open(): Promise<Record<string, string>>;
}

/** Reads where the page is from the file that opens it. */
export const pageDoor = (file: string): PageDoor => pageAt(readFileSync(file, 'utf8'));

/** The same from any text with the link in it. */
export const pageAt = (text: string): PageDoor => {
  const [, host = '', link = ''] = /http:\/\/([\d.:]+)\/#([\w-]{43})/.exec(text) ?? [];
  const send: PageDoor['send'] = (method, path, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const [hostname, port] = host.split(':');
      const sent = request({ hostname, port, method, path, headers: { host, ...headers } }, (response) => {
        let got = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          got += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, text: got, json: () => JSON.parse(got) as Document }),
        );
      });
      sent.on('error', reject);
      sent.end(text);
    });
  const post: PageDoor['post'] = (path, body, headers = {}) =>
    send('POST', path, { body, headers: { 'content-type': 'application/json', origin: `http://${host}`, ...headers } });
  const open: PageDoor['open'] = async () => {
    const opened = await post('/open', { link });
    if (opened.status !== 200) throw new Error(`the link: ${opened.status} ${opened.text}`);
    return { 'aleph-agent-page': (JSON.parse(opened.text) as { key: string }).key };
  };
  return { host, link, send, post, open };
};

export interface ServedPage extends PageDoor {
  /** Of its process. */
  pid: number;
  said: Document;
  ended: Promise<Ended>;
  /** Ends it as its owner does. */
  close(): Promise<Ended>;
}

/** `dashboard` as a process of its own over this home; not at a terminal, so it only shows. */
export const servePage = async (home: Pick<Home, 'start'>, flags = ''): Promise<ServedPage> => {
  const { child, ended } = home.start(`dashboard ${flags}`);
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', resolve);
    void ended.then(({ stdout, stderr }) => reject(new Error(`dashboard ended: ${stdout}${stderr}`)), reject);
  });
  const document = JSON.parse(said) as Document;
  return {
    ...pageDoor(document.data.file as string),
    pid: child.pid!,
    said: document,
    ended,
    close: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};
