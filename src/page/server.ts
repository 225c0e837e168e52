import type { Outputs } from './outputs.ts';

export interface Warning {
  code: string;
  message: string;
}

/** The envelope that the same command prints with --json. */
export type Answer<Data> =
  | { ok: true; data: Data; warnings: Warning[] }
  | { ok: false; error: { code: string; message: string; fix?: { text: string; command: string | null } }; warnings?: Warning[] };

export type Heard =
  | { type: 'hello' | 'heartbeat' | 'changed' | 'settled' | 'over' }
  | { type: 'asked'; approval: string; until: number }
  | { type: 'outcome'; said: string };

/** What a code is asked for once this was heard: a stream begins with whatever is asked then. */
export const askedAfter = (asked: string | null, heard: Heard): string | null => {
  if (heard.type === 'asked') return heard.approval;
  return heard.type === 'hello' || heard.type === 'settled' ? null : asked;
};

/** The page was closed by who serves it, or was never opened here. */
export class Closed extends Error {}

/** In this tab alone, and sent as a header: other ports of this host, which share cookies, never get it. */
const keptAs = 'aleph-agent page';

/** What this tab was opened as. */
export interface Session {
  readOnly: boolean;
  /** It approves by codes at the terminal. */
  approves: boolean;
  version: string;
}

const kept = (): (Session & { key: string; proof: string }) | null => JSON.parse(sessionStorage.getItem(keptAs) ?? 'null');

/** The key is worth nothing any more. */
export const forget = (): void => sessionStorage.removeItem(keptAs);

/** Longer than any call waits at the program, ms: an approval waits for its code, and an end asks which VM it is first. */
const answerMs = 210_000;

const send = async (path: string, body: unknown, signal = AbortSignal.timeout(answerMs)): Promise<Response> => {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'aleph-agent-page': kept()?.key ?? '' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  });
  // who took the port of a program that has ended does not know it, and is believed nothing
  if (path !== '/open' && response.headers.get('aleph-agent-proof') !== kept()?.proof) {
    forget();
    throw new Closed('The program that served this page has closed it.');
  }
  if (response.status === 403 && path !== '/approve') {
    const { error } = (await response.json()) as { error: { message: string } };
    forget();
    throw new Closed(error.message);
  }
  return response;
};

/** Opens the page by what its address has behind the `#`, or goes on with what this tab opened before. */
export const openPage = async (): Promise<Session> => {
  const link = location.hash.slice(1);
  if (link !== '') {
    history.replaceState(null, '', '/');
    const response = await send('/open', { link });
    sessionStorage.setItem(keptAs, await response.text());
  }
  const session = kept();
  if (session === null) throw new Closed('This page is not open here.');
  return session;
};

/** Makes a call. A call that does not come through is a failure like any other. */
export const call = async <Name extends keyof Outputs>(
  command: Name,
  input: Readonly<Record<string, unknown>> = {},
  typed?: string,
): Promise<Answer<Outputs[Name]>> => {
  const response = await send('/call', { command, input, ...(typed === undefined ? {} : { typed }) });
  return (await response.json()) as Answer<Outputs[Name]>;
};

/** What the code of an envelope is asked for as. */
export const envelope = 'an envelope';

export type Envelope = { upTo: string; ttl: string; cu: number | string; vms: number | string; until: string };

/** Asks for an approval; it is over once the code was typed, or its time has passed. */
export const approve = async (wish: { approval: string } | { envelope: Envelope }): Promise<Answer<Outputs['approve']>> =>
  (await (await send('/approve', wish)).json()) as Answer<Outputs['approve']>;

export const typeCode = async (approval: string, code: string): Promise<'agreed' | 'wrong' | 'none'> => {
  const response = await send('/code', { approval, code });
  return ((await response.json()) as { answer: 'agreed' | 'wrong' | 'none' }).answer;
};

/** Asks for the code no more: nothing is approved. */
export const leave = async (approval: string): Promise<void> => {
  await send('/leave', { approval });
};

/** A stream that is silent for so long is lost, ms: something goes out every 15 s, unless the program stands still. */
const silenceMs = 40_000;

/** Hears what happens, until the signal says so; rejects where the stream ends, is silent or is one too many. */
export const listen = async (hear: (heard: Heard) => void, over: AbortSignal): Promise<never> => {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const patience = (): ReturnType<typeof setTimeout> => setTimeout(end, silenceMs);
  over.addEventListener('abort', end);
  let silence = patience();
  try {
    const response = await send('/events', undefined, ending.signal);
    if (!response.ok) throw new Error('The program serves no stream now.');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error('The stream has ended.');
      clearTimeout(silence);
      silence = patience();
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(JSON.parse(line) as Heard);
    }
  } finally {
    clearTimeout(silence);
    over.removeEventListener('abort', end);
  }
};
