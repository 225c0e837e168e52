import type { Style } from '../../../contract/declare/style.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { shownState } from '../../../domain/ledger/ended.ts';
import { liveStates } from '../../../domain/ledger/vm-record.ts';
import { agent } from '../../../domain/suggest/fix.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { ReadContext } from '../../../ports/context.ts';
import type { Person } from '../../consent.ts';

/**
 * Lets the person choose one of the VMs that live, where a command was typed without one; a single one is taken, and said. Resolves with
 * its item hash: an agent's VM may have the name of another's, and a name is the caller's own first. Throws `INPUT_MISSING` where there is
 * none.
 */
export const pickVm = async (context: ReadContext, person: Person, style: Style, say: (text: string) => void): Promise<string> => {
  const vms = (await context.ledger()).vms({ network: context.network, states: liveStates });
  const [first, ...others] = vms;
  if (first === undefined) {
    throw new Failure('INPUT_MISSING', 'VM is missing, and no VM is live that could be chosen.', {
      fix: agent('See which there were.', 'vm ls', { all: true }),
    });
  }
  if (others.length === 0) {
    say(`${style.dim('the only VM:')} ${first.name} (${shortId(first.id)})${first.agent === null ? '' : ` of agent ${first.agent}`}\n`);
    return first.id;
  }
  const ofAgents = vms.some(({ agent }) => agent !== null);
  const choice = await person.choose({
    message: 'Which VM?',
    head: ['NAME', 'ID', ...(ofAgents ? ['AGENT'] : []), 'STATE', 'EXPIRES'],
    choices: vms.map((vm) => ({
      cells: [vm.name, shortId(vm.id), ...(ofAgents ? [vm.agent ?? 'owner'] : []), shownState(vm), style.when(formatInstant(vm.expiresAt))],
      gives: { vm: vm.id },
    })),
    start: 0,
  });
  return choice.gives['vm'] ?? first.id;
};
