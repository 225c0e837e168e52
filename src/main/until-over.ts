import { setMaxListeners } from 'node:events';

/**
 * What ends the requests of a call: whoever interrupts it, and its own end. A host that was not waited for is read on until then, and keeps
 * no process.
 */
export const untilOver = (interrupted: AbortSignal): { signal: AbortSignal; end: () => void } => {
  const over = new AbortController();
  const signal = AbortSignal.any([interrupted, over.signal]);
  // every request under way listens: that is no leak
  setMaxListeners(0, signal);
  return { signal, end: () => over.abort() };
};
