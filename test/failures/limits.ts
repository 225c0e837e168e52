import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, type FailureCase, fails, freshKey, line } from './case.ts';

/** Somebody who has let nobody act for him. */
const stranger = '0x5aBd3258C5492fD378EBC2e0017416E199e5Da56';

/** A fresh account with a lowered limit, and a create that meets it. */
const limit = (code: FailureCase['code'], policy: string, typed: string): FailureCase =>
  fails('vm create', code, async (world) => {
    await freshKey(world, code.toLowerCase().replaceAll('_', '-'), '2', policy);
    return world.run(`${typed} --json`);
  });

/** Everything that refuses before anything is sent: limits, prices, balances, what there is not. */
export const limitCases: readonly FailureCase[] = [
  line('KEY_MISSING', 'vm create ci'),
  line('KEY_MISSING', 'credits balance'),
  line('KEY_MISSING', 'policy show'),
  line('KEY_MISSING', 'policy set --max-vms 1'),
  line('KEY_MISSING', 'keys show'),
  line('KEY_MISSING', 'devnet fund 1'),
  fails('vm create', 'WRONG_NETWORK', async ({ must, run }) => {
    await must('keys create for-mainnet --unencrypted --network mainnet');
    return run('vm create ci --account for-mainnet --json');
  }),
  line('WRONG_NETWORK', 'keys show --account for-mainnet'),
  line('KEY_NOT_FOUND', 'keys show nobody'),
  line('KEY_NOT_FOUND', 'keys use nobody'),

  limit('TOO_MANY_VMS', '--max-vms 0', 'vm create ci'),
  limit('TTL_TOO_LONG', '--max-ttl 1h --default-ttl 1h', 'vm create ci --ttl 2h'),
  limit('BURN_LIMIT', '--max-burn 0.01', 'vm create ci --ttl 1h'),
  limit('DAY_LIMIT', '--max-day 0.01', 'vm create ci --ttl 1h'),
  limit('TOTAL_LIMIT', '--max-total 0.01', 'vm create ci --ttl 1h'),
  fails('vm create', 'TASK_LIMIT', async (world) => {
    await freshKey(world, 'sliced', '2');
    await world.must('policy task nightly --budget 0.01');
    return world.run('vm create ci --ttl 1h --task nightly --json');
  }),
  line('APPROVAL_NEEDED', 'policy task nightly --budget 0.02'),
  line('APPROVAL_NEEDED', 'policy task nightly --remove'),
  limit('SIZE_LIMIT', '--max-cu 1', 'vm create ci --ttl 1h --cu 2'),
  limit('BALANCE_GUARD', '--balance-guard 100', 'vm create ci --ttl 1h'),
  limit('RATE_LIMITED', '--creations-per-minute 0', 'vm create ci --ttl 1h'),
  fails('vm create', 'CREDIT_RESERVE_SHORT', async (world) => {
    await freshKey(world, 'poor', '0.1');
    return world.run('vm create ci --json');
  }),

  fails('vm create', 'PRICE_CEILING', async (world) => {
    await freshKey(world, 'rich', '9');
    return world.run('vm create ci --max-hourly 0.001 --json');
  }),
  fails('vm create', 'GRANT_MISSING', ({ run }) => run(`vm create ci --payer ${stranger} --json`)),
  fails('vm create', 'GRANTS_UNREADABLE', (world) =>
    broken(world, [`ccn-b status 503 path=/aggregates/${stranger}`], () => world.run(`vm create ci --payer ${stranger} --json`)),
  ),
  fails('credits balance', 'GRANT_MISSING', ({ run }) => run(`credits balance --payer ${stranger} --json`)),
  fails('credits balance', 'GRANTS_UNREADABLE', (world) =>
    broken(world, [`ccn-b status 503 path=/aggregates/${stranger}`], () => world.run(`credits balance --payer ${stranger} --json`)),
  ),
  line('CONFIDENTIAL_UNSUPPORTED', 'vm create vault --confidential'),
  line('CONFIDENTIAL_UNSUPPORTED', 'credits estimate --confidential'),
  line('APPROVAL_NEEDED', 'vm create big --cu 4'),
  line('APPROVAL_NEEDED', 'policy set --max-vms 9'),
  fails('vm create', 'APPROVAL_EXPIRED', async ({ run }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`vm create other --cu 4 --approval ${approval} --json`);
  }),
  fails('policy set', 'APPROVAL_EXPIRED', async ({ run }) => {
    const asked = await run('policy set --max-vms 9 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`policy set --max-vms 10 --approval ${approval} --json`);
  }),
  fails('approve', 'SIGNATURE_UNFIT', async ({ run }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`approve ${approval} --signature 0x12 --json`);
  }),
  fails('approve', 'PRICE_CEILING', async ({ run }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`approve ${approval} --show --expect-most 0.01 --json`);
  }),
  line('APPROVAL_NOT_FOUND', 'deny ap_00000000', 1),
  line('APPROVAL_NOT_FOUND', 'approvals show ap_00000000'),
  line('APPROVAL_NOT_FOUND', 'approvals wait ap_00000000'),
  fails('approvals wait', 'STILL_WAITING', async ({ run }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`approvals wait ${approval} --timeout 1s --json`);
  }),
  fails('approvals wait', 'APPROVAL_EXPIRED', async ({ run, must }) => {
    const asked = await run('vm create wider --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    await must(`deny ${approval}`);
    return run(`approvals wait ${approval} --json`);
  }),
  line('POLICY_REFUSED', `policy approver set 0x${'5'.repeat(40)}`, 3),
  fails('policy approver set', 'APPROVER_UNFIT', async ({ run }) => {
    const shown = JSON.parse((await run('keys show --json')).stdout) as { data: { address: string } };
    return run(`policy approver set ${shown.data.address} --json`);
  }),
  fails('keys use', 'KEY_USE', async (world) => {
    await writeFile(join(world.cwd, 'boss.txt'), 'a long passphrase, of course\n', { mode: 0o600 });
    await world.must('keys create boss --approver --passphrase-file boss.txt');
    return world.run('keys use boss --json');
  }),
  fails('vm create', 'KEY_USE', (world) => world.run('vm create ci --account boss --json')),
  line('AMBIGUOUS_ID', 'approve', 1),
  line('APPROVAL_NOT_FOUND', 'approve ap_00000000', 1),
  fails('approve', 'POLICY_REFUSED', async ({ run }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    return run(`approve ${approval} --json`);
  }),
  fails('approve', 'APPROVAL_EXPIRED', async ({ run, must }) => {
    const asked = await run('vm create big --cu 4 --json');
    const { approval } = (JSON.parse(asked.stdout) as { error: { facts: { approval: string } } }).error.facts;
    await must('devnet clock advance 25h');
    return run(`approve ${approval} --json`);
  }),

  line('IMAGE_NOT_FOUND', 'vm create ci --image windows'),
  line('NODE_NOT_FOUND', 'vm create ci --crn nowhere'),
  line('NODE_NOT_FOUND', 'crns show nowhere'),
  fails('vm create', 'NODE_UNAVAILABLE', (world) => broken(world, ['crn dead'], () => world.run('vm create ci --json'))),
  fails('ledger take-over', 'BALANCE_UNREADABLE', (world) =>
    broken(world, ['ccn status 503 path=/api/v0/aggregates'], () => world.run('ledger take-over --json')),
  ),
  ...['vm create ci', 'credits prices', 'credits estimate'].map((typed) =>
    fails(typed.split(' ').slice(0, 2).join(' '), 'PRICE_UNREADABLE', (world) =>
      broken(world, ['ccn wrong-types path=/api/v0/aggregates'], () => world.run(`${typed} --json`)),
    ),
  ),
  fails('vm create', 'BALANCE_UNREADABLE', (world) =>
    broken(world, ['ccn status 503 path=/balance'], () => world.run('vm create ci --json')),
  ),
  fails('credits balance', 'BALANCE_UNREADABLE', (world) => broken(world, ['ccn wrong-types'], () => world.run('credits balance --json'))),
  // figures are good for ten seconds, and one host takes six for each of two tries; what was probed as dead is believed for a minute
  fails('vm create', 'PLAN_MOVED', async (world) => {
    await world.must('devnet clock advance 2m');
    const slow = ['ccn-a latency 6s path=/costs', 'ccn-a status 503 path=/costs'];
    return broken(world, slow, () => world.run('vm create ci --json'));
  }),

  ...['vm show nope', 'vm wait nope', 'vm exec nope -- true', 'vm destroy nope', 'ledger show nope'].map((typed) =>
    fails(typed.split(' ').slice(0, 2).join(' '), 'VM_NOT_FOUND', ({ run }) =>
      run(typed.includes(' -- ') ? typed.replace(' -- ', ' --json -- ') : `${typed} --json`),
    ),
  ),
  line('VM_NOT_FOUND', 'ledger ls --vm nope'),
  line('VM_NOT_FOUND', 'vm protect nope'),
  line('OPERATION_NOT_FOUND', 'ledger show op_00000000'),

  // for every account of this home from here on
  fails('vm create', 'FROZEN', async (world) => {
    await world.must('freeze');
    return world.run('vm create ci --json');
  }),
];
