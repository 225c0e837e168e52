import { unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const deadNode = task({
  id: 'dead-node',
  prompt:
    'The VM ci answers no more, since its node is lost. Nothing on it is needed. See that a VM like it runs on another node, and that the old one bills no more.',
  async given(world) {
    const id = await upVm(world, 'ci --ttl 1h');
    const row = world.home.ledger((ledger) => ledger.vm(id)!);
    const { crns } = (await (await fetch(world.devnet.control)).json()) as { crns: { hash: string }[] };
    await world.devnet.fault(`crn-${crns.findIndex(({ hash }) => hash === row.node.hash)} dead`);
    return row;
  },
  problems({ bills, live, rows }, old) {
    const row = rows.find(({ id }) => live.includes(id));
    return [
      ...unless(!live.includes(old.id), 'the VM on the lost node bills on'),
      ...unless(live.length === 1, `${live.length} VMs run`),
      ...unless(row?.state === 'healthy' && row.node.hash !== old.node.hash, `what runs is ${row?.state} on ${row?.node.url}`),
      ...unless(row?.spec.vcpus === old.spec.vcpus, `it has ${row?.spec.vcpus} vCPUs`),
      ...unless(bills.length <= 3, `${bills.length} VMs were made in all`),
    ];
  },
});
