import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../src/commands/index.ts';
import { failureCodes } from '../src/domain/failure/failure-codes.ts';
import { type FailureCase, fails } from './failures/case.ts';
import { expectFailure } from './failures/expect-failure.ts';
import { foundCases } from './failures/found.ts';
import { lifeCases } from './failures/life.ts';
import { limitCases } from './failures/limits.ts';
import { localCases } from './failures/local.ts';
import { strangeCases } from './failures/strange.ts';
import { elsewhere, unshown } from './failures/unshown.ts';
import { type DevnetWorld, devnetWorld } from './support/devnet/devnet-world.ts';
import { serveDevnet } from './support/devnet/served-devnet.ts';
import { lonelyHome } from './support/home.ts';

const declared = await Promise.all(
  registry.map(async ({ load }) => {
    const { name, failures } = (await load()).default;
    return { name, failures };
  }),
);

/** Its clock goes back between two devnets. */
const clockCase: FailureCase = fails('vm create', 'CLOCK_UNTRUSTED', async () => {
  const home = lonelyHome();
  try {
    const later = await serveDevnet(home.folder, ['--nodes', '6', '--at', '2027-01-02T00:00:00Z'], home.cwd);
    await home.must('keys create agent --unencrypted');
    await home.must('policy set --max-vms 2');
    await later.close();
    const earlier = await serveDevnet(home.folder, ['--nodes', '6', '--at', '2027-01-01T00:00:00Z'], home.cwd);
    await home.must('devnet fund 2');
    const ran = await home.run('vm create ci --json');
    await earlier.close();
    return ran;
  } finally {
    home.close();
  }
});

const networkCases: readonly FailureCase[] = [
  fails('gc', 'NETWORK_UNAVAILABLE', async ({ must, run }) => {
    await must('devnet fault ccn drop-before');
    const ran = await run('gc --json');
    await must('devnet fault clear');
    return ran;
  }),
  fails('gc', 'NETWORK_ANSWER_INVALID', async ({ must, run }) => {
    await must('devnet fault ccn wrong-types');
    const ran = await run('gc --json');
    await must('devnet fault clear');
    return ran;
  }),
];

const shown = [...limitCases, ...localCases, ...networkCases, ...lifeCases, ...strangeCases, ...foundCases, clockCase];

const inOneWorld = (title: string, cases: readonly FailureCase[]) =>
  describe(title, () => {
    let world: DevnetWorld;
    beforeAll(async () => {
      world = await devnetWorld();
    });
    afterAll(() => world.close());
    for (const { command, code, provoke } of cases) {
      it(`${command} ends with ${code} (exit ${failureCodes[code].exit})`, async () => {
        expectFailure(await provoke(world), code);
      });
    }
  });

inOneWorld('what refuses before anything is sent', [...limitCases, ...networkCases]);
inOneWorld('what goes wrong on this machine', localCases);
inOneWorld('what strangers and strange ledgers bring about', strangeCases);
inOneWorld('what nobody claims', foundCases);
describe('time that goes back', () => {
  it('vm create ends with CLOCK_UNTRUSTED (exit 6)', async () => {
    expectFailure(await clockCase.provoke(undefined as never), 'CLOCK_UNTRUSTED');
  });
});

describe('every failure that a command of the spine declares', () => {
  const spine = new Set([...shown.map(({ command }) => command), ...Object.keys(unshown)]);

  it('is shown above, or listed with the reason why it cannot be', () => {
    const missing = declared
      .filter(({ name }) => spine.has(name))
      .flatMap(({ name, failures }) =>
        failures
          .filter((code) => !shown.some((each) => each.command === name && each.code === code) && unshown[name]?.[code] === undefined)
          .map((code) => `${name}: ${code}`),
      );
    expect(missing).toEqual([]);
  });

  it('is not listed as impossible once it is shown, or declared no more', () => {
    const stale = Object.entries(unshown).flatMap(([name, codes]) =>
      Object.keys(codes).filter(
        (code) =>
          shown.some((each) => each.command === name && each.code === code) ||
          !declared.some((each) => each.name === name && (each.failures as readonly string[]).includes(code)),
      ),
    );
    expect(stale).toEqual([]);
  });

  it('leaves no code that nothing can end with', () => {
    const used = new Set([...shown.map(({ code }) => code), ...declared.flatMap(({ failures }) => failures), ...Object.keys(elsewhere)]);
    expect(Object.keys(failureCodes).filter((code) => !used.has(code as never))).toEqual([]);
  });
});
