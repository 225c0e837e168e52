import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Outputs } from './outputs.ts';
import { type Answer, Closed, call, type Warning } from './server.ts';

/** What every part of the page may use. */
export interface Page {
  readOnly: boolean;
  /** It approves by codes at the terminal. */
  approves: boolean;
  /** Another number once something has changed. */
  round: number;
  /** The approval whose code stands at the terminal now. */
  asked: string | null;
  /** What became of the last approval by a code; null once the next is asked. */
  outcome: string | null;
  /** Has everything read anew. */
  refresh(): void;
  closed(why: string): void;
  /** Shows what a part was warned of, until it is warned of other things. */
  warn(part: string, warnings: readonly Warning[]): void;
}

export const PageContext = createContext<Page>(null as unknown as Page);
export const usePage = (): Page => useContext(PageContext);

export interface Read<Data> {
  /** What was answered last; null before the first answer. */
  data: Data | null;
  /** Why there is no newer answer. */
  problem: string | null;
}

/** A query's answer, read anew whenever something changed. What was read stays while the next is on its way, or where it fails. */
export const useAnswer = <Name extends keyof Outputs>(
  command: Name,
  input: Readonly<Record<string, unknown>> = {},
): Read<Outputs[Name]> => {
  const page = usePage();
  const asked = JSON.stringify(input);
  const [read, setRead] = useState<Read<Outputs[Name]>>({ data: null, problem: null });
  const newest = useRef(0);
  useEffect(() => {
    newest.current += 1;
    const mine = newest.current;
    call(command, input)
      .then((answer) => {
        // an earlier question that is answered late says nothing new
        if (mine !== newest.current) return;
        page.warn(command, answer.warnings ?? []);
        if (answer.ok) setRead({ data: answer.data, problem: null });
        else setRead((before) => ({ ...before, problem: problemOf(answer) }));
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof Closed) page.closed(thrown.message);
        else setRead((before) => ({ ...before, problem: 'The program does not answer.' }));
      });
  }, [command, asked, page.round]);
  return read;
};

/** A failure in words: what went wrong, and what helps. */
export const problemOf = (answer: Extract<Answer<unknown>, { ok: false }>): string => {
  const { code, message, fix } = answer.error;
  return `${message} ${fix?.text ?? ''}${fix?.command ? ` (${fix.command})` : ''} [${code}]`;
};

/** What came of a change in words: its receipt, and what it warned of; or why it failed. */
export const saidOf = <Data>(answer: Answer<Data>, done: (data: Data) => string): string => {
  const words = answer.ok ? done(answer.data) : problemOf(answer);
  return [words, ...(answer.warnings ?? []).map(({ code, message }) => `${message} [${code}]`)].join(' ');
};

interface Doing {
  busy: boolean;
  said: string | null;
  /** `done`: what is said of its receipt. */
  run<Data>(act: () => Promise<Answer<Data>>, done: (data: Data) => string): Promise<boolean>;
}

/** Something that is done at a click: what came of it is said, and everything read anew. */
export const useDoing = (): Doing => {
  const page = usePage();
  const [state, setState] = useState<{ busy: boolean; said: string | null }>({ busy: false, said: null });
  const run: Doing['run'] = async (act, done) => {
    setState({ busy: true, said: null });
    try {
      const answer = await act();
      setState({ busy: false, said: saidOf(answer, done) });
      page.refresh();
      return answer.ok;
    } catch (thrown) {
      if (thrown instanceof Closed) page.closed(thrown.message);
      setState({ busy: false, said: 'The program does not answer; what became of it shows above once it does.' });
      return false;
    }
  };
  return { ...state, run };
};
