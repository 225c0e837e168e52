import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { counted } from '../../domain/text/counted.ts';
import { suspendRestored } from '../../lifecycle/agents/suspend-restored.ts';

export default change({
  name: 'serve restore',
  summary: 'Restore a backup into an empty home, with every agent suspended',
  audience: 'owner',
  safety: 'change',
  input: z.object({ file: z.string().min(1).describe('File that serve backup wrote') }),
  positionals: ['file'],
  output: z.object({
    home: z.string(),
    at: instant.describe('When it was written'),
    program: z.string().describe('The version that wrote it'),
    keys: z.int(),
    vms: z.int().describe('Those that lived then'),
    suspended: z.array(z.object({ name: z.string(), network: z.string(), account: z.string() })),
    approvalsVoided: z.int(),
  }),
  failures: ['CONFIG_INVALID'],
  examples: [{ line: 'serve restore safe.tar', why: 'as the user of the new safe' }],
  async plan(context, { file }, digest) {
    const home = await context.backups.home();
    return freePlan(context, 'serve restore', digest, `Restore ${file} into ${home}.`, { file, home });
  },
  async apply(context, { subject: { file, home } }) {
    const unpacked = await context.backups.unpack(file);
    try {
      const { at, program, keys, ledger } = unpacked;
      const { suspended, voided } = ledger === null ? { suspended: [], voided: 0 } : suspendRestored(context, ledger);
      const vms = ledger?.vms({ states: liveStates }).length ?? 0;
      await unpacked.keep();
      const agents = suspended.map(({ name, network, account }) => ({ name, network, account }));
      return { home, at, program, keys, vms, suspended: agents, approvalsVoided: voided };
    } finally {
      await unpacked.discard();
    }
  },
  text: ({ home, at, keys, vms, suspended, approvalsVoided }, style) =>
    [
      style.good(`${home} holds ${counted(keys, 'key')}, ${counted(suspended.length, 'agent')} and ${counted(vms, 'VM')} as of ${at}.`),
      'Every agent is suspended until a person resumes it. Never serve the old home again beside this one.',
      ...(approvalsVoided === 0 ? [] : [`${counted(approvalsVoided, 'approval')} that waited or was granted counts no more.`]),
    ].join('\n'),
  next: ({ suspended }) => [
    hint('is it whole, and the newest that the network knows', 'ledger verify'),
    hint('only where that knows a later head', 'ledger take-over'),
    ...suspended.slice(0, 3).map(({ name, network }) => hint('resuming it needs approval', 'agents resume', name, { network })),
    hint('take agents again', 'serve'),
  ],
});
