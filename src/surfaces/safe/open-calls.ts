import { Failure } from '../../domain/failure/failure.ts';
import type { SafeDoor } from '../safe-door.ts';

/** How often it is looked who is let in still, ms: whoever is put out is out within a second. */
const lookMs = 500;

const out = (): Failure =>
  new Failure('AGENT_REFUSED', 'The owner has put this agent out or invited it anew, or its time is over.', { sideEffects: 'unknown' });

/** By whose token something is open, and until when that agent may call, ms; null: without an end. */
interface Opened {
  token: string;
  until: number | null;
}

/**
 * What agents have open: calls, waits, streams. All of it ends once its token counts no more, without waiting for what it waits for. What is
 * under way goes on from the ledger, as where a client stops waiting. Nothing is read while nothing is open.
 */
export const openCalls = ({ book, every, now }: Pick<SafeDoor, 'book' | 'every' | 'now'>) => {
  const open = new Map<AbortController, Opened>();
  every(lookMs, () => {
    if (open.size === 0) return;
    try {
      const isLetIn = book.letIn();
      for (const [controller, { token, until }] of open) if (!isLetIn(token) || (until !== null && until <= now())) controller.abort(out());
    } catch {
      // the ledger cannot be read just now, and no hold can be taken there either
    }
  });
  const begin = (opened: Opened): { signal: AbortSignal; end(): void } => {
    const controller = new AbortController();
    open.set(controller, opened);
    return { signal: controller.signal, end: () => void open.delete(controller) };
  };
  return {
    begin,
    /** Rejects as soon as the token counts no more, or its time is over, whatever `make` still waits for. */
    async during<Result>(opened: Opened, make: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
      const { signal, end } = begin(opened);
      const put = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
      return Promise.race([make(signal), put]).finally(end);
    },
  };
};

export type OpenCalls = ReturnType<typeof openCalls>;
