import { describe, expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { called } from '../../support/approval/approved-call.ts';
import { approvedBy, boss, signedBy } from '../../support/approval/approver.ts';
import { homeAt } from '../../support/home.ts';
import { keptHome, type Said } from '../../support/kept-home.ts';
import { codeOf } from '../../support/lifecycle-calls.ts';
import type { TestContext } from '../../support/test-context.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What a command answers, as its JSON has it. */
const answer = async (t: TestContext, command: string, input: Raw, approval: string | null = null): Promise<object> => {
  const executed = await called(t, command, input, approval);
  if (executed.kind === 'plan') throw new Error(`${command} only planned`);
  return JSON.parse(JSON.stringify(executed.data, (_key, value) => (typeof value === 'bigint' ? String(value) : value)));
};

const opened = async (task?: string) => {
  const { said, trail, open } = keptHome('0.1.0');
  const t = await open(task);
  /** The call that asked, made again as its caller makes it. */
  const again = (which: string): Promise<object> => answer(t, said.approvals[which]!.command, said.approvals[which]!.input);
  const byId = (which: string): Promise<object> =>
    answer(t, said.approvals[which]!.command, said.approvals[which]!.input, said.approvals[which]!.id);
  const stateOf = (which: string) => t.ledger.approval(said.approvals[which]!.id)?.state;
  return { t, said, trail, again, byId, stateOf };
};

const told = ({ answers }: Said, command: string): object => answers.find((each) => each.command === command)!.data;

/** What 0.1.0 told, but for the VMs that were gone: it went on telling their price and their timer (I-10). */
const asNow = (told: object): object =>
  JSON.parse(
    JSON.stringify(told, (_key, value) => {
      const gone = value?.state === 'terminated' || value?.state === 'dormant';
      return gone && 'guestTimer' in value
        ? { ...value, usdPerHour: '0', costUntilExpiryUsd: '0', guestTimer: 'off', ...('ssh' in value ? { ssh: null } : {}) }
        : value;
    }),
  );

/** The trail without the signatures of INSTANCEs, which no ledger keeps or shows any more (S-11). */
const unsigned = (trail: unknown): string => String(trail).replaceAll(/("kind":"INSTANCE",[^\n]*?"signature":)"[^"]*"/g, '$1"none"');

describe('a home that 0.1.0 left, opened by this version', () => {
  test('the binary tells without network what 0.1.0 told: the trail to its last hash, and the policy', async () => {
    const { folder, said, trail } = keptHome('0.1.0');
    const { must } = homeAt(folder);
    expect(unsigned((await must('ledger export --full')).text)).toBe(unsigned(trail));
    expect(await must('policy show --full')).toMatchObject(told(said, 'policy show'));
  });

  test('every question that 0.1.0 was asked has the same answer: VMs, policy, approver, approvals, trail, money, gc', async () => {
    const { t, said, trail } = await opened();
    for (const { command, input, data } of said.answers) {
      expect(await answer(t, command, input), `${command} ${JSON.stringify(input)}`).toMatchObject(asNow(data));
    }
    expect(unsigned(((await answer(t, 'ledger export', {})) as { text: string }).text)).toBe(unsigned(trail));
    expect(t.devnet.clock.now()).toBe(Date.parse(said.at));
  });

  test('what nobody had decided is signed, and the same call takes it, once', async () => {
    const { t, said, again, byId, stateOf } = await opened();
    const { id } = said.approvals['open']!;
    const signature = await signedBy(boss, approvalMessage(t.ledger.approval(id)!));
    await called(t, 'approve', { id, signature });
    expect(stateOf('open')).toBe('granted');
    expect(await again('open')).toMatchObject({ name: 'wide', state: 'healthy' });
    expect(stateOf('open')).toBe('used');
    expect(await codeOf(byId('open'))).toBe('APPROVAL_EXPIRED');
    expect(await codeOf(called(t, 'approve', { id, signature }))).toBe('APPROVAL_EXPIRED');
  });

  test('what was signed and not taken is taken by the same call', async () => {
    const { again, stateOf } = await opened();
    expect(stateOf('granted')).toBe('granted');
    expect(await again('granted')).toMatchObject({ name: 'ready', state: 'healthy' });
    expect(stateOf('granted')).toBe('used');
  });

  test('a seal that waited is in force with its signature; a protected VM of then is destroyed under one', async () => {
    const { t, said, again, stateOf } = await opened('web');
    await approvedBy(t, boss, said.approvals['openDestroy']!.id);
    expect(await again('openDestroy')).toMatchObject({ items: [{ name: 'web', state: 'terminated', noLongerListed: true }] });
    await approvedBy(t, boss, said.approvals['openPolicy']!.id);
    expect(stateOf('openPolicy')).toBe('used');
    expect(await answer(t, 'policy show', {})).toMatchObject({ version: 9, maxVms: 15, problem: null });
  });

  test('what was used, or denied, approves nothing any more', async () => {
    const { byId } = await opened();
    const over = ['usedAtTerminal', 'used', 'extension', 'adoption', 'thaw', 'approverChanged', 'approverRemoved', 'denied'];
    for (const which of over) expect(await codeOf(byId(which)), which).toBe('APPROVAL_EXPIRED');
  });

  test('what was used stays used where its row says granted again', async () => {
    const { t, said, byId } = await opened('batch');
    await called(t, 'vm destroy', { vms: ['sums'] });
    t.ledger.write('approval.grant', (transaction) =>
      transaction.updateApproval(said.approvals['used']!.id, { state: 'granted', usedBy: null }),
    );
    expect(await codeOf(byId('used'))).toBe('APPROVAL_EXPIRED');
    expect(t.vms().filter(({ name }) => name === 'sums')).toMatchObject([{ state: 'terminated' }]);
  });

  test('the signed envelope goes on where it stood; the one that was typed before there was an approver lets nothing pass', async () => {
    const { t, said } = await opened('batch');
    const envelope = () => answer(t, 'approvals show', { id: said.approvals['envelope']!.id });
    expect(await envelope()).toMatchObject({ state: 'granted', leftUsd: '0.8575' });
    await called(t, 'vm create', { name: 'burst-2', cu: 2, ttl: '5h' });
    expect(await envelope()).toMatchObject({ state: 'granted', leftUsd: '0.7150' });
    expect(await codeOf(called(t, 'vm create', { name: 'typed', cu: 4, ttl: '4h' }))).toBe('APPROVAL_NEEDED');
  });

  test('gc goes on with what was half done, begins nothing, and leaves the trail whole', async () => {
    const { t, trail, stateOf } = await opened();
    const rows = t.vms().length;
    await called(t, 'gc', { execute: true });
    expect(t.vms().filter(({ name }) => ['longer', 'slow', 'lost', 'flight'].includes(name))).toMatchObject([
      { name: 'longer', state: 'terminated', ending: 'destroy' },
      { name: 'slow', state: 'provisioning' },
      { name: 'lost', state: 'requested' },
      { name: 'flight', state: 'provisioning' },
    ]);
    expect(t.vms()).toHaveLength(rows);
    expect(stateOf('granted')).toBe('granted');
    expect(t.ledger.firstBrokenLink()).toBeNull();
    const { text } = (await answer(t, 'ledger export', {})) as { text: string };
    const effects = (lines: string) => lines.split('\n').filter((line) => line.startsWith('{"type":"effect"'));
    const hashes = (lines: string) => effects(lines).map((line) => (JSON.parse(line) as { hash: string }).hash);
    expect(hashes(text).slice(0, hashes(trail).length)).toEqual(hashes(trail));
  });
});
