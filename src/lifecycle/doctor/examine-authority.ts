import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { setAnew } from '../../domain/judge/standing-checks.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import { approverOrigin } from '../policy/approver-origin.ts';
import { readPolicy } from '../policy/policy-in-force.ts';

/** Examines the account's key, its policy and its approver, and says of each what it protects against. */
export const examineAuthority = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const entry = context.keys.list().find((key) => key.address === account && key.network === context.network);
  const policy = await readPolicy(context, account);
  const origin = approverOrigin(policy, context.rootPolicy())?.says ?? '';
  return [
    entry?.kind === 'hot' && context.network !== 'devnet'
      ? found(
          'warn',
          'key',
          `Key ${entry.name} is not encrypted: whoever reads its file spends what ${account} holds.`,
          human('Keep little in it, or move the credits to a key made with a passphrase.'),
        )
      : sound(
          'key',
          `${entry?.name ?? 'none here'}, ${entry?.kind === 'hot' ? 'not encrypted' : 'with a passphrase'}, for ${context.network}.`,
        ),
    ...(policy.elsewhere === null
      ? []
      : [
          found(
            'fail',
            'key',
            `Nothing is spent: the audit trail knows ${account} from ${policy.elsewhere}, and its key says ${context.network}.`,
            human(`Use it on ${policy.elsewhere}; somebody wrote into the key's file.`),
          ),
        ]),
    ...(policy.rootMissing === null
      ? []
      : [
          found(
            'fail',
            'policy',
            `Nothing is spent: ${policy.rootMissing}`,
            human('As root, put the policy file back; {} in it sets no limit of its own.'),
          ),
        ]),
    ...(policy.broken === null ? [] : [found('fail', 'policy', `Nothing is spent: ${policy.broken}`, setAnew)]),
    policy.unsealed === null
      ? sound('policy', policy.version === 0 ? 'The defaults; nobody has set any.' : `Version ${policy.version}, set by ${policy.setBy}.`)
      : found('fail', 'policy', `Nothing is spent: ${policy.unsealed}`, human('Let the approver seal the policy.', 'policy approver show')),
    ...(policy.funder === null
      ? []
      : [sound('funder', `A transfer from ${policy.funder} of what a request quotes approves that request.`)]),
    ...(policy.frozenSince === null
      ? []
      : [
          found(
            'warn',
            'freeze',
            `Nothing is created or extended since ${formatInstant(policy.frozenSince)}.`,
            human('Whoever approves ends it.', 'thaw'),
          ),
        ]),
    policy.approver === null
      ? found(
          'warn',
          'approver',
          'A person at a terminal of this machine approves (local): it stops mistakes and misuse of this tool, not a process that reads the key, edits the home or stands between tool and network, nor one that types at a terminal of its own.',
          human(
            'Let an approver elsewhere decide (policy approver set), or fund this account with an allowance only: the loss is at most what was sent.',
          ),
        )
      : isHere(context, policy.approver)
        ? found(
            'warn',
            'approver',
            `${policy.approver}, whose key is in this home: what reads its passphrase here approves. ${origin}`,
            human('Make the key on another machine or under another user, and let the present approver give way to it.'),
          )
        : sound(
            'approver',
            `${policy.approver}: this tool, unmodified and on an honest machine, spends nothing above the thresholds without it. A hostile process of the same user is stopped only by a safe (key, policy and ledger with another user or machine; not in this version) or an allowance: the loss is at most what was sent. ${origin}`,
          ),
  ];
};

const isHere = ({ keys }: Pick<ReadContext, 'keys'>, approver: string): boolean =>
  keys.list().some(({ role, address }) => role === 'approver' && address.toLowerCase() === approver);

export const noKey = (network: string): Finding =>
  found('fail', 'key', `There is no key for ${network}.`, agent('Make one, or import one.', 'keys create', 'agent'));

/** Tells of each file in the folder of keys that is damaged: nothing can be signed with that key, and the others go on. */
export const brokenKeys = ({ keys }: Pick<ReadContext, 'keys'>): Finding[] =>
  keys.damaged().map(({ message, details }) => found('fail', 'key', message, details.fix ?? human('Restore the file from a copy.')));
