import * as z from 'zod';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { webNameOf } from '../../domain/text/web-name.ts';

/** Output fields: how to reach a VM, and how far to trust its SSH host key. */
export const reachFields = {
  hostKeyTrust: z.enum(['console', 'firstUse']).nullable().describe('What the pinned SSH host key is worth'),
  web: z.string().describe('Reaches ports 80 and 443 of its IPv6 address'),
};

type HostKeyTrust = z.output<typeof reachFields.hostKeyTrust>;

export const toReach = (id: string, hostKeyTrust: HostKeyTrust): { hostKeyTrust: HostKeyTrust; web: string } => ({
  hostKeyTrust,
  web: webNameOf(id),
});

const trusted = { console: "as the node's console log shows it", firstUse: 'the one at first contact', none: 'not seen yet' } as const;

interface Reached {
  name: string;
  ssh: unknown;
  hostKeyTrust: HostKeyTrust;
  web: string;
}

/** For people: how to reach a VM by SSH and by the web. */
export const reachFacts = ({ name, ssh, hostKeyTrust, web }: Reached): [string, string][] => [
  ['ssh', ssh === null ? 'none' : `${commandLine('vm ssh', name)} (host key: ${trusted[hostKeyTrust ?? 'none']})`],
  ['web', `http://${web} (about 5 min after it is up; the VM brings its own certificate)`],
];
