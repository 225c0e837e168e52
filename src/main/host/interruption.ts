import { setMaxListeners } from 'node:events';
import { Failure } from '../../domain/failure/failure.ts';

/** How long a call may take to end in order once it was interrupted. */
const graceMs = 5000;

/** The first signal asks the call to end, the second ends the process. */
export const interruption = () => {
  const controller = new AbortController();
  // every request under way listens: that is no leak
  setMaxListeners(0, controller.signal);
  let exit: number | null = null;
  const heard = (signal: 'SIGINT' | 'SIGTERM', code: number): void => {
    if (exit !== null) process.exit(exit);
    exit = code;
    controller.abort(new Failure('INTERRUPTED', `Interrupted by ${signal}.`, { sideEffects: 'unknown' }));
  };
  process.on('SIGINT', () => heard('SIGINT', 130));
  process.on('SIGTERM', () => heard('SIGTERM', 143));
  const overdue = (): Promise<never> =>
    new Promise((_, reject) => {
      controller.signal.addEventListener('abort', () => setTimeout(() => reject(controller.signal.reason), graceMs).unref());
    });
  return { signal: controller.signal, interruptedExit: () => exit, overdue };
};
