import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { ListedVm } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { listedVm, wireInstance } from './listed-vm.ts';

const shape = z.object({ messages: z.array(wireInstance), pagination_total: z.int().nonnegative() });

/**
 * All live INSTANCEs that this address sent, for whomever (protocol-ccn.md §2.7: `addresses` filters on the sender). Live on any
 * host counts: hosts lag behind each other by seconds, and one that keeps silent about a VM must not hide what it costs.
 */
export const listSentBy = async (ccn: CcnHosts, sender: string): Promise<ListedVm[]> => {
  const listing = {
    path: `/api/v0/messages.json?msgTypes=INSTANCE&addresses=${encodeURIComponent(sender)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  };
  const readings = await Promise.all(ccn.hosts.map((host) => pagesFrom(ccn, host, listing, { limitBytes: 8 * mib })));
  const lists = readings.flatMap((reading) => (reading.kind === 'value' ? [vmsOf(reading.value.rows, sender)] : []));
  const sound = lists.filter((list) => list !== null);
  if (sound.length === 0) {
    const code = readings.every((reading) => reading.kind === 'silent') ? 'NETWORK_UNAVAILABLE' : 'NETWORK_ANSWER_INVALID';
    throw new Failure(code, `No CCN host gave a usable list of what ${sender} sent.`);
  }
  return [...new Map(sound.flat().map((vm) => [vm.id, vm])).values()].sort((a, b) => a.signedAt - b.signedAt);
};

/** null where any row's content, hash or sender does not fit: then the host's whole list counts for nothing. */
const vmsOf = (rows: readonly z.output<typeof wireInstance>[], sender: string): ListedVm[] | null => {
  const vms = rows.map((row) => (row.sender === sender ? listedVm(row) : null));
  return vms.every((vm) => vm !== null) ? vms : null;
};
