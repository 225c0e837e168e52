import type { Phase } from '../../../ports/progress.ts';
import type { Host } from './host.ts';

/** How often the line is drawn anew, ms. */
const drawMs = 200;

const turning = { signs: ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'], plain: ['-', '\\', '|', '/'] } as const;

/** What a call waits for once it has reached a phase, and how long that takes (protocol-crn.md §4); absent where nothing more comes. */
const awaited: Partial<Readonly<Record<Phase, string>>> = {
  held: 'sending the message to the network',
  posted: 'waiting for the network to accept the message (a few seconds)',
  processed: 'waiting for a node to start the VM (seconds to minutes)',
  allocated: 'waiting for the node to start the VM (seconds to minutes)',
  booting: 'waiting for SSH (1 to 2 minutes at most)',
  sshReady: 'setting the timer inside the VM',
  armed: 'checking that the VM is healthy',
  failedOver: 'sending the message for the next node',
  erasing: 'waiting for the node to erase the disk',
  forgotten: 'waiting for the network to confirm the end',
};

export interface LiveLine {
  /** The host of the call: whatever is written by it stands above the line. */
  host: Host;
  /** The call has reached a phase. */
  reached(phase: Phase): void;
  /** Takes the line away, for good. */
  stop(): void;
}

/**
 * One line at the bottom of a terminal that says what a call waits for, and for how long already. Nothing is drawn before something is
 * held: until then a person may be asked. Nowhere but at a terminal that can take a line back.
 */
export const liveLine = (host: Host, wanted: boolean): LiveLine => {
  if (!wanted || !host.terminals.live) return { host, reached: () => {}, stop: () => {} };
  const signs = host.legible('…') === '…' ? turning.signs : turning.plain;
  const width = Math.max(20, host.width || 80) - 1;
  let words: string | null = null;
  let since = 0;
  let turn = 0;
  let isShown = false;
  let end = (): void => {};
  const clear = (): void => {
    if (isShown) host.writeError('\r\u001b[2K');
    isShown = false;
  };
  const draw = (): void => {
    if (words === null) return;
    clear();
    turn += 1;
    const text = `${signs[turn % signs.length]} ${Math.floor((host.now() - since) / 1000)} s  ${words}`;
    host.writeError(text.slice(0, width));
    isShown = true;
  };
  const above =
    (write: (text: string) => void) =>
    (text: string): void => {
      clear();
      write(text);
    };
  return {
    // with its getters, as a terminal is resized, and with all of it its own, as orders are given a copy
    host: Object.defineProperties({} as Host, {
      ...Object.getOwnPropertyDescriptors(host),
      write: { value: above((text) => host.write(text)), enumerable: true },
      writeError: { value: above((text) => host.writeError(text)), enumerable: true },
    }),
    reached(phase) {
      const next = awaited[phase] ?? null;
      clear();
      if (next !== null && words === null) end = host.every(drawMs, draw);
      if (next === null) end();
      words = next;
      since = host.now();
    },
    stop() {
      end();
      words = null;
      clear();
    },
  };
};
