import { describe, expect, it } from 'vitest';
import type { Host } from '../../../../src/surfaces/cli/print/host.ts';
import { liveLine } from '../../../../src/surfaces/cli/print/live-line.ts';

/** A terminal of so many columns whose clock and timers a test turns; `screen` is what stands on it. */
const terminal = ({ live = true, width = 80, utf8 = true } = {}) => {
  let now = 0;
  let written = '';
  const tasks = new Set<() => void>();
  const host = {
    terminals: { input: true, output: true, errors: true, live },
    width,
    legible: (text: string) => (utf8 ? text : text.replace('…', '...')),
    write: (text: string) => {
      written += text;
    },
    writeError: (text: string) => {
      written += text;
    },
    now: () => now,
    every: (_ms: number, task: () => void) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  } as unknown as Host;
  return {
    host,
    pass(ms: number) {
      now += ms;
      for (const task of tasks) task();
    },
    timers: () => tasks.size,
    written: () => written,
    // a line that is taken back leaves nothing
    screen: () => written.replaceAll(/[^\n]*\r\u001b\[2K/g, '').split('\n'),
  };
};

describe('the live line', () => {
  it('says what is awaited and for how long, until the next phase', () => {
    const at = terminal();
    const live = liveLine(at.host, true);
    live.reached('posted');
    at.pass(200);
    at.pass(3_000);
    expect(at.screen()).toEqual([expect.stringMatching(/^\S 3 s {2}waiting for the network to accept the message/)]);
    live.reached('processed');
    at.pass(1_000);
    expect(at.screen()).toEqual([expect.stringMatching(/^\S 1 s {2}waiting for a node to start the VM/)]);
    live.stop();
    expect(at.screen()).toEqual(['']);
    expect(at.timers()).toBe(0);
  });

  it('stands below whatever is written meanwhile', () => {
    const at = terminal();
    const live = liveLine(at.host, true);
    live.reached('booting');
    at.pass(200);
    live.host.writeError('  4.1 s  booting\n');
    live.host.write('ci is up\n');
    at.pass(200);
    expect(at.screen()).toEqual(['  4.1 s  booting', 'ci is up', expect.stringContaining('waiting for SSH')]);
    live.reached('healthy');
    expect(at.screen().at(-1)).toBe('');
    expect(at.timers()).toBe(0);
  });

  it('leaves a host that can be copied, and that follows a terminal as it is resized', () => {
    const at = terminal();
    let columns = 80;
    const host = Object.defineProperty({ ...at.host, environment: { LANG: 'C.UTF-8' } }, 'width', { get: () => columns, enumerable: true });
    const live = liveLine(host, true);
    expect({ ...live.host }).toMatchObject({ environment: { LANG: 'C.UTF-8' }, width: 80 });
    columns = 60;
    expect(live.host.width).toBe(60);
    live.stop();
  });

  it('draws nothing before something is held, as a person may be asked until then', () => {
    const at = terminal();
    const live = liveLine(at.host, true);
    live.reached('planned');
    live.reached('signed');
    at.pass(10_000);
    expect(at.written()).toBe('');
  });

  it.each([
    ['that cannot take a line back', { live: false }, true],
    ['where nobody wants it', {}, false],
  ])('is not drawn on a terminal %s', (_, of, wanted) => {
    const at = terminal(of);
    const live = liveLine(at.host, wanted);
    live.reached('posted');
    at.pass(5_000);
    live.host.write('x');
    live.stop();
    expect(at.written()).toBe('x');
  });

  it('never wraps, and turns without UTF-8 too', () => {
    const at = terminal({ width: 30, utf8: false });
    const live = liveLine(at.host, true);
    live.reached('processed');
    at.pass(200);
    expect(at.screen()[0]).toMatch(/^[-\\|/] 0 s {2}waiting for a/);
    expect(at.screen()[0]!.length).toBeLessThan(30);
  });
});
