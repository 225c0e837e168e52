import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRootPolicy } from '../../src/adapters/root-policy/read-root-policy.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';

const isRoot = process.getuid?.() === 0;
const approver = `0x${'Ab'.repeat(20)}`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aleph-agent-etc-'));
  path = join(folder, 'policy.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (value: unknown): void => writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o644 });

const refusal = (): string => {
  try {
    readRootPolicy(path);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'CONFIG_INVALID') return thrown.message;
    throw thrown;
  }
  return 'taken';
};

describe('the machine’s own policy', () => {
  it('is none where there is no file', () => {
    expect(readRootPolicy(path)).toBeNull();
    expect(readRootPolicy(join(folder, 'no', 'such', 'policy.json'))).toBeNull();
  });

  it.runIf(isRoot)('has the names of policy set, the defaults for the rest, and an approver', () => {
    write({ limits: { maxDay: '0.50', maxTtl: '2h', maxVms: 1 }, approver });
    expect(readRootPolicy(path)).toEqual({
      path,
      limits: { ...defaultLimits, maxDayCredits: 500_000n, maxTtlSeconds: 7200, defaultTtlSeconds: 7200, maxVms: 1 },
      approver: approver.toLowerCase(),
      written: [approver],
    });
    write({});
    expect(readRootPolicy(path)).toEqual({ path, limits: defaultLimits, approver: null, written: [] });
    const funder = `0x${'Cd'.repeat(20)}`;
    write({ approver, funder });
    expect(readRootPolicy(path)).toMatchObject({ funder, written: [approver, funder] });
    // who approves by a signature holds no credits
    write({ approver, funder: approver.toLowerCase() });
    expect(refusal()).toContain('"funder" is the approver');
  });

  it.runIf(isRoot)('is refused, saying why, where others could have written it', () => {
    write({});
    chmodSync(path, 0o664);
    expect(refusal()).toContain('others than root may write it (mode 664)');
    chmodSync(path, 0o644);
    chmodSync(folder, 0o777);
    expect(refusal()).toContain('others than root may write it (mode 777)');
    chmodSync(folder, 0o755);
    chownSync(path, 12_345, 0);
    expect(refusal()).toContain('it belongs to user 12345, not to root');
  });

  it.skipIf(isRoot)('is refused where it is not root’s', () => {
    write({});
    expect(refusal()).toContain('not to root');
  });

  it.runIf(isRoot)('is refused for a link, a folder, junk, and what does not belong there', () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, '{}');
    symlinkSync(other, path);
    expect(refusal()).toContain('not a plain file');
    rmSync(path);
    mkdirSync(path);
    expect(refusal()).toContain('not a plain file');
    rmSync(path, { recursive: true });
    write('{');
    expect(refusal()).toContain('not JSON');
    write({ limits: { maxDay: 2 } });
    expect(refusal()).toContain('"limits.maxDay"');
    write({ limits: { maxDays: '2' } });
    expect(refusal()).toContain('"limits.maxDays"');
    write({ approver: '0x12' });
    expect(refusal()).toContain('"approver"');
    write(`{"x":"${'y'.repeat(70_000)}"}`);
    expect(refusal()).toContain('longer than');
  });
});
