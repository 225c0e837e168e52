import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { ListedVm } from '../../ports/cloud.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { mib } from './http.ts';
import { listedVm, wireInstance } from './listed-vm.ts';
import { readPages } from './read-pages.ts';

const shape = z.object({ messages: z.array(wireInstance), pagination_total: z.int().nonnegative() });

/** All live INSTANCEs that this address sent, for whomever (protocol-ccn.md §2.7: `addresses` filters on the sender). */
export const listSentBy = async (ccn: CcnHosts, sender: string): Promise<ListedVm[]> => {
  const { rows } = await readPages(
    ccn,
    {
      path: `/api/v0/messages.json?msgTypes=INSTANCE&addresses=${encodeURIComponent(sender)}&sortOrder=1`,
      perPage: 200,
      shape,
      rows: (page) => page.messages,
      total: (page) => page.pagination_total,
    },
    { limitBytes: 8 * mib },
  );
  const found = new Map<string, ListedVm>();
  for (const row of rows) {
    const vm = listedVm(row);
    if (vm === null || row.sender !== sender) {
      throw new Failure('NETWORK_ANSWER_INVALID', `The network lists a message for ${sender} whose content, hash or sender does not fit.`);
    }
    found.set(vm.id, vm);
  }
  return [...found.values()];
};
