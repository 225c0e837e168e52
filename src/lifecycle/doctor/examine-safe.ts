import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { GuardReport } from '../../ports/host/guard-report.ts';

/** Examines what would let an agent's user into the house of a safe: its user, its program, who becomes root, and what runs beside it. */
export const examineSafe = async (context: Pick<ReadContext, 'host'>): Promise<Finding[]> => {
  const guard = await context.host.safe.guard();
  return [ofUser(guard), ...ofProgram(guard), ...ofRoot(guard), ofAgents(guard)];
};

const ofUser = ({ user, uid }: GuardReport): Finding =>
  uid === 0
    ? found(
        'warn',
        'user',
        'The safe would run as root: a fault of the program would be one of the whole machine.',
        human('Let it run as a user of its own, which this makes.', 'serve install'),
      )
    : sound('user', `The safe is user ${user}: no agent may run as that one.`);

const ofProgram = ({ writable }: GuardReport): Finding[] =>
  writable.length === 0
    ? [sound('program', 'Nobody but root and this user can change the program.')]
    : writable.map(({ path, why }) =>
        found(
          'fail',
          'program',
          `${path} is part of the program, and ${why}: who changes it acts as the safe.`,
          human(`Install the program as root, or close it: chmod go-w ${shellWord(path)}`),
        ),
      );

const ofRoot = ({ rootLike }: GuardReport): Finding[] =>
  rootLike.length === 0
    ? [sound('root', 'No other user is in a group that becomes root.')]
    : rootLike.map(({ group, users }) =>
        found(
          'warn',
          'root',
          `${users.join(', ')} ${users.length === 1 ? 'is' : 'are'} in the group ${group}, which becomes root and reads every key.`,
          human(`No agent may run as one of them, or take it out: gpasswd --delete USER ${group}`),
        ),
      );

const ofAgents = ({ agents, user }: GuardReport): Finding => {
  if (agents === null) return sound('agents', 'Whether agents run as this user cannot be seen on this machine.');
  return agents.length === 0
    ? sound('agents', `No agent that is known by name runs as ${user}.`)
    : found(
        'fail',
        'agents',
        `${agents.join(', ')} run${agents.length === 1 ? 's' : ''} as ${user}, who has the key: the safe keeps nothing from it.`,
        human('Serve the safe as a user of its own, with a key that was made there.'),
      );
};
