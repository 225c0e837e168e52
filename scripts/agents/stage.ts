import type { Ran, World } from './world.ts';

/** A client that is driven. */
export interface Stage {
  client: string;
  /** As npm names it, with the version. */
  spec: string;
  /** Installs it, drives it, looks at the devnet; says what was seen, a line each. Throws what was not as it should be. */
  run(world: World): Promise<string[]>;
}

/** A VM's life, as a model orders it. */
export const lifeOf = (name: string) => [
  { tool: 'vm_create', input: { name, ttl: '2h', requestId: `job-${name}` } },
  { tool: 'vm_wait', input: { vm: name, timeoutSeconds: 1800 } },
  { tool: 'vm_exec', input: { vm: name, command: ['echo', `hello from ${name}`] } },
  { tool: 'vm_destroy', input: { vms: [name] } },
];

export const require = (what: string, holds: boolean, seen: string): void => {
  if (!holds) throw new Error(`${what}: ${seen.slice(-3000)}`);
};

/** Does all of the text that a client was told say that the VM was made, used and ended? And does the devnet say so, too? */
export const requireLife = async (world: World, name: string, ran: Ran): Promise<void> => {
  const told = world.model.results();
  const beside = `${ran.stdout}${ran.stderr}`;
  const offered = world.model.offered();
  const ours = offered.filter((tool) => /(^|_)(vm|credits|crns|approvals)_|status$/.test(tool));
  require('the model was offered our tools', ours.length >= 12, `${offered.join(' ')}
${beside}`);
  require('four calls were answered', told.length === 4, `${told.join('\n')}${beside}`);
  require('the VM was made', /"name\\?":\\?"/.test(told[0] ?? ''), `${told[0]}`);
  require('and waited for', /"state\\?":\\?"healthy/.test(told[1] ?? ''), `${told[1]}`);
  require('a command ran in it', told[2]?.includes(`hello from ${name}`) === true, `${told[2]}`);
  require('it was destroyed', /"state\\?":\\?"terminated/.test(told[3] ?? ''), `${told[3]}`);
  await requireEnded(world, name);
};

/** On the devnet this VM was billed once, and is no more; and nothing else runs. */
export const requireEnded = async (world: World, name: string): Promise<void> => {
  const { items } = (await world.must(['vm', 'ls', '--all', '--full', '--network', 'devnet'])) as { items: { id: string; name: string }[] };
  const vm = items.find((row) => row.name === name);
  const bills = await world.bills();
  const billed = bills.filter(({ hash }) => vm !== undefined && hash.startsWith(vm.id));
  require('the devnet billed it once, and ended it', billed.length === 1 && billed[0]?.endedAt !== null, JSON.stringify({ vm, bills }));
  require('nothing runs', bills.every(({ endedAt }) => endedAt !== null), JSON.stringify(bills));
};
