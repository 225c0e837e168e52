import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAlerts } from '../../../src/adapters/alerts/open-alerts.ts';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { systemRandom } from '../../../src/adapters/host/random.ts';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { openReaperTimer } from '../../../src/adapters/reaper-timer/open-reaper-timer.ts';
import { openShell } from '../../../src/adapters/ssh/open-shell.ts';
import { parseFault } from '../../../src/devnet/http/parse-fault.ts';
import { serveDevnet } from '../../../src/devnet/serve-devnet.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { ledgerConsent } from '../../../src/surfaces/ledger-consent.ts';
import type { Document, Ended } from '../aleph-process.ts';
import { binary, requireHints, wordsOf } from '../binary.ts';
import { cli } from '../cli-world.ts';
import { crashHook } from '../crash/crash-hook.ts';
import { keystoreAt } from '../keystore-at.ts';
import { Death, network, startAt, testContext, type World } from '../test-context.ts';
import { useLedger } from '../use-ledger.ts';
import { writeKey } from '../write-key.ts';
import type { AnyHome, Bill, StartDevnet } from './devnet-process.ts';

/**
 * A devnet in this process, and homes in which lines run in this process, too, until an effect kills them: a kill costs a tenth of what it
 * costs with processes. Nothing of a process shows: no lock, no half-written file, no signal.
 */
export const devnetInProcess: StartDevnet = async ({ nodes = 12, guests = 'banner', evm } = {}) => {
  const base = mkdtempSync(join(tmpdir(), 'aleph-agent-crash-'));
  const { devnet, document, wait, close } = await serveDevnet({
    seed: 1,
    nodes,
    at: startAt,
    guests: guests === 'exec' ? guests : 'none',
    ...(evm === undefined ? {} : { evm }),
  });
  // strangers, who come over the network, are waited for as well
  wait();
  const { clock, ccn, faults } = devnet;
  let homes = 0;
  let runs = 0;

  const worldOf = (folder: string, address: string): Omit<World, 'ledger'> => {
    const { keys, settings, folders } = keystoreAt(folder);
    return {
      devnet,
      account: address,
      keysOf: () => keys,
      settings,
      folders,
      run: (work) => clock.drive(work),
      fault: () => () => {},
      close: async () => {},
    };
  };

  /** What is done by real connections and children: meanwhile the clock goes no faster than anybody's. */
  const inRealTime = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]) => {
          const result: unknown = Reflect.apply(member, target, values);
          if (result instanceof Promise) clock.hold(result);
          return result;
        };
      },
    });

  /** What a home has of its machine, as this environment finds it. */
  const machineOf = (context: ChangeContext, folder: string, env: Readonly<Record<string, string>>): Partial<ChangeContext> => {
    const machine = Object.create(process, { env: { value: { PATH: '', ...env } } }) as NodeJS.Process;
    const files = privateFiles();
    const { alerts, logs, ssh } = keystoreAt(folder).folders;
    return {
      host: {
        ...context.host,
        alerts: openAlerts({ file: alerts, files, clock: systemClock(), random: systemRandom(), fetch }),
        reaperTimer: inRealTime(openReaperTimer({ machine, files, program: binary, folder: logs })),
      },
      ...(guests === 'exec' ? { shell: inRealTime(openShell({ folder: ssh, files, clock: systemClock(), machine: process })) } : {}),
    };
  };

  const run = async (
    home: { folder: string; address: string },
    line: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> => {
    runs += 1;
    const seed = runs;
    const ledger = openLedger({ path: join(home.folder, 'ledger.sqlite'), now: clock.now, network });
    let died = false;
    const crash = crashHook(env['ALEPH_AGENT_CRASH'], () => {
      died = true;
      throw new Death();
    });
    const { ALEPH_AGENT_CRASH: _, ...environment } = env;
    const ran = cli([...wordsOf(line), '--json'], {
      environment: { ALEPH_AGENT_NETWORK: network, ...environment },
      consent: ledgerConsent,
      open: async (given) => {
        const world = { ...worldOf(home.folder, home.address), ledger };
        const { context } = await testContext({ world, ledger, seed, timeoutMs: given.timeoutMs, task: given.task, crash });
        const { task, payer, purpose, person, namePrefix } = given;
        const own = machineOf(context, home.folder, environment);
        return {
          ...context,
          ...own,
          caller: { agent: null, sshKey: null, task, payer, purpose, person, namePrefix },
          progress: given.progress,
          warn: given.warn,
        };
      },
    });
    const { exit, stdout, stderr } = await clock.drive(ran).finally(() => ledger.close());
    if (!died) await requireHints(stdout);
    return {
      line,
      exit: died ? null : exit,
      signal: died ? 'SIGKILL' : null,
      stdout,
      stderr,
      document: () => JSON.parse(stdout) as Document,
    };
  };

  const homeWith = async (secret: string | null): Promise<AnyHome> => {
    homes += 1;
    const folder = join(base, `home-${homes}`);
    mkdirSync(folder);
    const key = await writeKey(folder, secret);
    return {
      folder,
      ...key,
      run: (line, options) => run({ folder, address: key.address }, line, options?.env),
      ledger: (use) => useLedger(folder, use, clock.now),
    };
  };

  return {
    id: document.id,
    ccn: document.endpoints.ccn,
    bills: async () => ccn.bills() as unknown as Bill[],
    now: async () => clock.now(),
    advance: (ms) => clock.advance(ms),
    async giveTokens(address, token, units) {
      const { status } = await fetch(new URL('/tokens', document.endpoints.control), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${document.token}` },
        body: JSON.stringify({ address, token, units: String(units) }),
      });
      if (status !== 200) throw new Error(`no tokens were given: ${status}`);
    },
    sale: async () => devnet.evm,
    fault: async (words) => void faults.add(parseFault(words.split(' '))),
    clearFaults: async () => faults.clear(),
    postExpenses: async () => ccn.bill(),
    async home(usd) {
      const home = await homeWith(null);
      ccn.fund(home.address, BigInt(Math.round(Number(usd) * 1_000_000)));
      return home;
    },
    homeOf: ({ privateKey }) => homeWith(privateKey),
    async close() {
      await close();
      rmSync(base, { recursive: true, force: true });
    },
  };
};
