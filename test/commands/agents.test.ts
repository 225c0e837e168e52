import type { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInvitation, secretHash } from '../../src/domain/agents/invitation.ts';
import type { TypedData } from '../../src/domain/approval/typed-data.ts';
import type { Ended } from '../support/aleph-process.ts';
import { boss } from '../support/approval/approver.ts';
import { sealHome } from '../support/approval/first-approver.ts';
import { agreed } from '../support/crash/crash-case.ts';
import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import type { AnyDevnet, AnyHome } from '../support/devnet/devnet-process.ts';

let devnet: AnyDevnet;
beforeAll(async () => {
  devnet = await devnetInProcess({ nodes: 3 });
});
afterAll(() => devnet.close());

const dataOf = (ended: Ended): Record<string, unknown> => {
  expect(ended.exit, ended.stdout).toBe(0);
  return ended.document().data;
};
const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);
const agentIn = async (home: AnyHome): Promise<Record<string, unknown>> => dataOf(await home.run('agents show ci'));
const add = 'agents add ci --budget 2 --per-day 1 --max-vms 2 --max-ttl 4h --expires 30d --commands vm.logs';

test('an agent is let in by a person, with its slice and one invitation, whose code the ledger does not hold', async () => {
  const home = await devnet.home('5');
  const dry = dataOf(await home.run(`${add} --dry-run`));
  expect(JSON.stringify(dry)).toContain('agent ci 2.0000 USD in all');
  expect(dataOf(await home.run('agents ls'))).toMatchObject({ items: [], count: 0 });
  const { agent, invitation } = dataOf(await agreed(home, add)) as { agent: unknown; invitation: string };
  expect(agent).toMatchObject({
    name: 'ci',
    state: 'invited',
    leftUsd: '2.0000',
    maxVms: 2,
    maxDayUsd: '1.0000',
    maxTtlSeconds: 14_400,
    commands: ['vm logs'],
  });
  const { agent: named, code, url } = readInvitation(invitation);
  expect([named, url]).toEqual(['ci', expect.stringMatching(/^unix:\/.*agents\.sock$/)]);
  expect(home.ledger((ledger) => ledger.agent('ci'))).toMatchObject({ invitation: secretHash(code), token: null });
  expect(
    home.ledger((ledger) =>
      JSON.stringify([ledger.effects(), ledger.approvals()], (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ),
  ).not.toContain(code);
  expect(codeOf(await home.run(add))).toBe('NAME_TAKEN');
  expect(await agentIn(home)).toMatchObject({ usedUsd: '0.0000', live: 0, joinedAt: null });
});

test('a slice is narrowed by anybody and given more by a person; budgets above the account’s total are told', async () => {
  const home = await devnet.home('5');
  await agreed(home, add);
  dataOf(await home.run('agents limit ci --budget 1 --max-vms 1 --expires 1d'));
  expect(await agentIn(home)).toMatchObject({ budgetUsd: '1.0000', maxVms: 1, maxDayUsd: '1.0000' });
  const asked = await home.run('agents limit ci --budget 1.5');
  expect(codeOf(asked)).toBe('APPROVAL_NEEDED');
  expect(asked.document().error.message).toContain('would be given more');
  expect(codeOf(await home.run('agents limit ci --expires 0m'))).toBe('APPROVAL_NEEDED');
  const raised = await agreed(home, 'agents limit ci --budget 9');
  expect(dataOf(raised)).toMatchObject({ budgetUsd: '9.0000' });
  expect(JSON.parse(raised.stdout).warnings).toMatchObject([{ code: 'AGENTS_ABOVE_TOTAL' }]);
  expect(codeOf(await home.run('agents limit nobody --budget 1'))).toBe('AGENT_NOT_FOUND');
});

test('who is suspended goes on by a person’s word; who is revoked is out for good, and its name with it', async () => {
  const home = await devnet.home('5');
  await agreed(home, add);
  expect(dataOf(await home.run('agents suspend ci'))).toEqual({ name: 'ci', changed: true });
  expect(await agentIn(home)).toMatchObject({ state: 'suspended' });
  expect(codeOf(await home.run('agents resume ci'))).toBe('APPROVAL_NEEDED');
  expect(dataOf(await agreed(home, 'agents resume ci'))).toEqual({ name: 'ci', changed: true });
  expect(dataOf(await home.run('agents revoke ci'))).toMatchObject({ name: 'ci', destroyed: [], left: [] });
  expect(await agentIn(home)).toMatchObject({ state: 'revoked' });
  for (const line of [add, 'agents rotate ci', 'agents resume ci', 'agents limit ci --budget 3']) {
    expect(['NAME_TAKEN', 'AGENT_REFUSED', 'APPROVAL_NEEDED']).toContain(codeOf(await home.run(line)));
  }
  expect(codeOf(await agreed(home, 'agents rotate ci'))).toBe('AGENT_REFUSED');
  expect(home.ledger((ledger) => ledger.effects({ point: 'agents.set' }).map(({ outcome }) => outcome))).toEqual([
    'revoked',
    'resumed',
    'suspended',
    'invited',
  ]);
});

test('S-20 where there is an approver, its signature over the policy lets an agent in, and names slice and agent', async () => {
  const home = await devnet.home('5');
  await sealHome(home, boss, devnet);
  const asked = await home.run(add);
  expect(codeOf(asked)).toBe('APPROVAL_NEEDED');
  const id = String(asked.document().error.facts['approval']);
  const { sign } = dataOf(await home.run(`approve ${id} --show`)) as unknown as { sign: TypedData };
  expect(sign.message['limits']).toContain('agent ci 2.0000 USD in all since');
  const { EIP712Domain: _, ...types } = sign.types;
  const signature = await boss._signTypedData(sign.domain, types as unknown as Parameters<Wallet['_signTypedData']>[1], sign.message);
  dataOf(await home.run(`approve ${id} --signature ${signature}`));
  expect(dataOf(await home.run(add))).toMatchObject({ agent: { name: 'ci', state: 'invited', budgetUsd: '2.0000' } });
  // narrower holds beside the seal, at once
  dataOf(await home.run('agents limit ci --budget 0.5'));
  expect(await agentIn(home)).toMatchObject({ budgetUsd: '0.5000' });
  expect(codeOf(await home.run('agents rotate ci'))).toBe('APPROVAL_NEEDED');
  dataOf(await home.run('vm create own --no-wait'));
});
