import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { counted } from '../../domain/text/counted.ts';
import { formatInstant } from '../../domain/text/instant.ts';

export default change({
  name: 'serve backup',
  summary: 'Write everything a safe holds to one file',
  audience: 'owner',
  safety: 'change',
  input: z.object({ file: z.string().min(1).describe('New file; serve restore takes it') }),
  positionals: ['file'],
  output: z.object({
    file: z.string(),
    bytes: z.int(),
    keys: z.int(),
    agents: z.int().describe('Those that are not revoked'),
    vms: z.int().describe('Those that live'),
    at: instant,
  }),
  failures: ['CONFIG_INVALID'],
  examples: [{ line: 'serve backup safe.tar', why: 'while it is served, or not' }],
  async plan(context, { file }, digest) {
    if (file === '-') throw new Failure('USAGE', 'Invalid FILE "-": a backup goes into a file, which only its owner can read.');
    const home = await context.backups.home();
    return freePlan(context, 'serve backup', digest, `Write keys, policy and ledger of ${home} to ${file}.`, { file });
  },
  async apply(context, { subject: { file } }) {
    const ledger = await context.ledger();
    const agents = ledger.agents().filter(({ revokedAt }) => revokedAt === null).length;
    const vms = ledger.vms({ states: liveStates }).length;
    const at = formatInstant(context.clock.now());
    return { file, ...(await context.backups.write(file, at)), agents, vms, at };
  },
  text: ({ file, bytes, keys, agents, vms }, style) =>
    [
      style.good(`${file} holds ${counted(keys, 'key')}, ${counted(agents, 'agent')} and ${counted(vms, 'VM')}, in ${bytes} bytes.`),
      'It opens the account as the home does: a hot key in it needs no passphrase. Keep it where no agent gets at it.',
    ].join('\n'),
  next: ({ file }) => [hint('elsewhere, into an empty home', 'serve restore', file)],
});
