import { parseHTML } from 'linkedom';

interface Dialog extends Element {
  showModal?(): void;
  close(): void;
}

/** Dialogs open and close as a browser has them, but for the focus. */
const giveDialogs = (document: Document, Event: typeof globalThis.Event): void => {
  const dialog = (document.createElement('dialog') as unknown as Dialog).constructor.prototype as Dialog;
  dialog.showModal = function (this: Dialog) {
    this.setAttribute('open', '');
  };
  dialog.close = function (this: Dialog) {
    this.removeAttribute('open');
    this.dispatchEvent(new Event('close'));
  };
};

/** A document without a browser around it, as far as drawing the page meets it. Returns what takes it away again. */
export const openDocument = (): { document: Document; close(): void } => {
  const { window, document } = parseHTML('<!doctype html><html><body><div id="page"></div></body></html>');
  giveDialogs(document as unknown as Document, window.Event as unknown as typeof globalThis.Event);
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
