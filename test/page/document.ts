import { parseHTML } from 'linkedom';

/** A document without a browser around it, as far as drawing the page meets it. Returns what takes it away again. */
export const openDocument = (): { document: Document; close(): void } => {
  const { window, document } = parseHTML('<!doctype html><html><body><div id="page"></div></body></html>');
  const names = ['document', 'window', 'Node', 'HTMLElement'] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of names) {
    const value = name === 'document' ? document : name === 'window' ? window : window[name];
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const close = (): void => {
    for (const [place, name] of names.entries()) {
      const own = before[place];
      if (own === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, own);
    }
  };
  return { document: document as unknown as Document, close };
};
