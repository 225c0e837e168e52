import { Failure } from '../../domain/failure/failure.ts';
import type { SafeDoor } from '../safe-door.ts';

/** How often it is looked who is let in still, ms: whoever is put out is out within a second. */
const lookMs = 500;

const out = (): Failure =>
  new Failure('AGENT_REFUSED', 'The owner has put this agent out, or invited it anew.', { sideEffects: 'unknown' });

/**
 * What agents have open: calls, waits, streams. All of it ends once its token counts no more, without waiting for what it waits for. What is
 * under way goes on from the ledger, as where a client stops waiting. Nothing is read while nothing is open.
 */
export const openCalls = ({ book, every }: Pick<SafeDoor, 'book' | 'every'>) => {
  const open = new Map<AbortController, string>();
  every(lookMs, () => {
    if (open.size === 0) return;
    try {
      const isLetIn = book.letIn();
      for (const [controller, token] of open) if (!isLetIn(token)) controller.abort(out());
    } catch {
      // the ledger cannot be read just now, and no hold can be taken there either
    }
  });
  const begin = (token: string): { signal: AbortSignal; end(): void } => {
    const controller = new AbortController();
    open.set(controller, token);
    return { signal: controller.signal, end: () => void open.delete(controller) };
  };
  return {
    begin,
    /** Rejects as soon as the token counts no more, whatever `make` still waits for. */
    async during<Result>(token: string, make: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
      const { signal, end } = begin(token);
      const put = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
      return Promise.race([make(signal), put]).finally(end);
    },
  };
};

export type OpenCalls = ReturnType<typeof openCalls>;
