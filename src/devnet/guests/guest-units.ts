import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetClock } from '../world/clock.ts';

interface Unit {
  /** When it is due by the calendar, ms; null where it says nothing of it. */
  calendar: number | null;
  /** After boot, ms. */
  afterBootMs: number | null;
  persistent: boolean;
  service: string;
}

export interface GuestUnits {
  /** What is enabled becomes active; what fell due while it was off is due now. */
  boot(): void;
  /** Takes up what `systemctl` changed. */
  refresh(): void;
  /** Nothing is due any more. */
  halt(): void;
}

const settingOf = (text: string, name: string): string | null => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;

const textOf = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** `2026-11-20 16:00:07 UTC` as systemd has it. */
const calendarOf = (text: string | null): number | null => {
  const at = text === null ? Number.NaN : Date.parse(text.replace(' UTC', 'Z').replace(' ', 'T'));
  return Number.isNaN(at) ? null : at;
};

const secondsOf = (text: string | null): number | null =>
  text === null || !/^\d+s?$/.test(text) ? null : Number.parseInt(text, 10) * 1000;

/**
 * Just enough of a service manager: timers by calendar and after boot, one-shot services that are tried again on failure. Its state is
 * what the guest's `systemctl` leaves in files, its time is the devnet's.
 */
export const createGuestUnits = (
  system: string,
  clock: DevnetClock,
  /** Runs a service's command to its end and gives its exit code. */
  run: (command: string) => Promise<number>,
): GuestUnits => {
  const due = new Map<string, { stamp: string; cancel: () => void }>();
  const retries = new Map<string, () => void>();
  const running = new Set<string>();

  const linked = (name: string): string | null => {
    const path = textOf(join(system, 'linked', name));
    return path === null ? null : textOf(path);
  };

  const timerOf = (name: string): Unit | null => {
    const text = linked(name);
    if (text === null) return null;
    return {
      calendar: calendarOf(settingOf(text, 'OnCalendar')),
      afterBootMs: secondsOf(settingOf(text, 'OnBootSec')),
      persistent: /^(yes|true|1|on)$/.test(settingOf(text, 'Persistent') ?? ''),
      service: settingOf(text, 'Unit') ?? name.replace(/timer$/, 'service'),
    };
  };

  const serve = async (name: string): Promise<void> => {
    const text = linked(name);
    const command = text === null ? null : settingOf(text, 'ExecStart');
    if (text === null || command === null || running.has(name)) return;
    retries.get(name)?.();
    retries.delete(name);
    running.add(name);
    const exit = await run(command).finally(() => running.delete(name));
    refresh();
    const again = settingOf(text, 'Restart') === 'on-failure' ? secondsOf(settingOf(text, 'RestartSec')) : null;
    if (exit === 0 || again === null || linked(name) === null || retries.has(name) || halted) return;
    retries.set(
      name,
      clock.at(clock.now() + again, () => void serve(name)),
    );
  };

  let halted = true;

  const plan = (name: string, stamp: string, booting: boolean): void => {
    const unit = timerOf(name);
    if (unit === null) return;
    const { calendar, afterBootMs, persistent, service } = unit;
    const now = clock.now();
    const times = [
      ...(calendar !== null && (calendar > now || (booting && persistent)) ? [Math.max(now, calendar)] : []),
      ...(booting && afterBootMs !== null ? [now + afterBootMs] : []),
    ];
    const cancels = times.map((time) => clock.at(time, () => void serve(service)));
    due.set(name, { stamp, cancel: () => cancels.forEach((cancel) => void cancel()) });
  };

  const forget = (name: string): void => {
    due.get(name)?.cancel();
    due.delete(name);
  };

  const namesIn = (folder: string): string[] => (existsSync(join(system, folder)) ? readdirSync(join(system, folder)) : []);

  const refresh = (): void => {
    if (halted) return;
    const active = namesIn('active').filter((name) => name.endsWith('.timer'));
    for (const name of due.keys()) if (!active.includes(name)) forget(name);
    for (const name of active) {
      const stamp = textOf(join(system, 'active', name)) ?? '';
      if (due.get(name)?.stamp === stamp) continue;
      forget(name);
      plan(name, stamp, false);
    }
    for (const [name, cancel] of retries) {
      if (linked(name) !== null) continue;
      cancel();
      retries.delete(name);
    }
  };

  const halt = (): void => {
    halted = true;
    for (const name of [...due.keys()]) forget(name);
    for (const cancel of retries.values()) cancel();
    retries.clear();
  };

  return {
    boot: () => {
      halt();
      halted = false;
      for (const name of namesIn('active').filter((one) => one.endsWith('.timer'))) {
        plan(name, textOf(join(system, 'active', name)) ?? '', true);
      }
    },
    refresh,
    halt,
  };
};
