import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { counted } from '../../domain/text/counted.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { safeStanding } from '../../lifecycle/agents/safe-standing.ts';
import { warnOfNoCarrier } from '../../lifecycle/timers/carried-vms.ts';

const ofSafe = 'null: only the safe’s own user sees it';

export default query({
  name: 'serve status',
  summary: 'Show whether a safe answers here, and who ends VMs while it does not',
  audience: 'owner',
  settingsOnly: true,
  input: z.object({}),
  output: z.object({
    safe: z.object({ url: z.string(), version: z.string(), since: instant }).nullable().describe('null: none answers'),
    service: z
      .object({
        kind: z.enum(['systemd', 'launchd']),
        state: z.string().nullable().describe("The service manager's word; null: it does not say"),
        enabled: z.boolean().nullable().describe('Started with the machine; null: cannot be told'),
        user: z.string().nullable(),
        file: z.string(),
        log: z.string(),
      })
      .nullable()
      .describe('null: none is installed'),
    agents: z.int().nullable().describe(`Those that are not revoked; ${ofSafe}`),
    roundAt: instant.nullable().describe('When it last looked after the VMs, each minute'),
    vms: z.int().nullable().describe('Those that live'),
    carried: z.int().nullable().describe('VMs whose end another machine carries'),
  }),
  failures: [],
  examples: [{ line: 'serve status', why: 'as the safe’s user, or as any: what that one can see' }],
  async run(context) {
    const { safe, service, work } = await safeStanding(context);
    if (safe === null && service !== null) {
      context.warn('SAFE_DOWN', `The service is ${service.state ?? 'there'}, and no safe answers. What it says: ${service.log}`);
    }
    if (work !== null && (safe !== null || service !== null || work.agents > 0)) warnOfNoCarrier(context, work);
    return {
      safe: safe === null ? null : { url: safe.url, version: safe.version, since: safe.since },
      service:
        service === null
          ? null
          : {
              kind: service.kind,
              state: service.state,
              enabled: service.enabled,
              user: service.user,
              file: service.file,
              log: service.log,
            },
      agents: work?.agents ?? null,
      roundAt: work?.roundAt == null ? null : formatInstant(work.roundAt),
      vms: work?.live ?? null,
      carried: work?.carried ?? null,
    };
  },
  text: ({ safe, service, agents, roundAt, vms, carried }, style) =>
    style.facts([
      ['safe', safe === null ? style.warn('none answers') : `${safe.url}, version ${safe.version}, since ${safe.since}`],
      [
        'service',
        service === null
          ? 'none'
          : [
              `${service.kind}, ${service.state ?? 'state unknown'}`,
              ...(service.enabled === false ? ['not started with the machine'] : []),
              ...(service.user === null ? [] : [`user ${service.user}`]),
            ].join(', '),
      ],
      ...(service === null ? [] : [['log', service.log] as const]),
      ...(agents === null
        ? [['agents', 'for its own user to see'] as const]
        : [
            ['agents', String(agents)] as const,
            ['last round', roundAt ?? 'never'] as const,
            ['carriers', `of ${carried} of ${counted(vms ?? 0, 'VM')}`] as const,
          ]),
    ]),
  next: ({ safe, service, agents }) => [
    ...(safe === null && service === null ? [hint('keep one running', 'serve install', { dryRun: true })] : []),
    ...(agents !== null && agents > 0 ? [hint('who is let in', 'agents ls')] : []),
  ],
});
