import { expect, it } from 'vitest';
import type { SshEndpoint } from '../../../src/domain/ledger/vm-record.ts';
import { answeringEndpoint } from '../../../src/lifecycle/reach/probe-ssh.ts';
import type { Shell } from '../../../src/ports/shell.ts';

const mapped: SshEndpoint = { host: '37.27.143.174', port: 24_017, user: 'root' };
const own: SshEndpoint = { host: '2a01:4f8:c17:1::5', port: 22, user: 'root' };

/** A network on which these hosts answer. */
const reaching = (...hosts: string[]) => {
  const probe: Shell['probe'] = async ({ host }) => (hosts.includes(host) ? 'ssh' : 'unreachable');
  return { shell: { probe } as Shell };
};

it('readiness is a banner at the mapped IPv4 port or at the IPv6 address, whichever can be reached from here', async () => {
  const view = { endpoint: mapped, endpoint6: own };
  expect(await answeringEndpoint(reaching(mapped.host, own.host), view)).toEqual(mapped);
  expect(await answeringEndpoint(reaching(own.host), view)).toEqual(own);
  expect(await answeringEndpoint(reaching(own.host), { endpoint: null, endpoint6: own })).toEqual(own);
  expect(await answeringEndpoint(reaching(), view)).toBeNull();
  expect(await answeringEndpoint(reaching(mapped.host), { endpoint: null, endpoint6: null })).toBeNull();
});
