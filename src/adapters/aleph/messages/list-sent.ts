import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { counted as inWords } from '../../../domain/text/counted.ts';
import type { ListedVm } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { isSigned } from './is-signed.ts';
import { type DescribedVm, listedVm, wireInstance } from './listed-vm.ts';

const shape = z.object({ messages: z.array(wireInstance), pagination_total: z.int().nonnegative() });

/**
 * All live INSTANCEs that this address sent, for whomever (protocol-ccn.md §2.7: `addresses` filters on the sender). Live on any host counts:
 * hosts lag behind each other by seconds, and one that keeps silent about a VM must not hide what it costs. What fewer than two hosts list
 * must carry the sender's signature, or a single host could invent VMs. Of several words the one counts whose text hashes to the id: a host that
 * withholds the text may say anything.
 */
export const listSentBy = async (ccn: CcnHosts, sender: string): Promise<ListedVm[]> => {
  const listing = {
    path: `/api/v0/messages.json?msgTypes=INSTANCE&addresses=${encodeURIComponent(sender)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  };
  let isSilent = true;
  const words = await wordsOfAll<Found>(ccn, {
    about: `what ${sender} sent`,
    read: async (host, signal) => {
      const reading = await pagesFrom(ccn, host, listing, { limitBytes: 8 * mib, signal });
      isSilent &&= reading.kind === 'silent';
      return reading.kind === 'value' ? foundIn(reading.value.rows, sender) : null;
    },
    print: (found) => printedInAnyOrder([...found.values()].map(({ vm }) => vm)),
    says: ({ size }) => inWords(size, 'VM'),
  });
  const sound = words.flatMap(({ word }) => word ?? []);
  if (sound.length === 0) {
    const code = isSilent ? 'NETWORK_UNAVAILABLE' : 'NETWORK_ANSWER_INVALID';
    throw new Failure(code, `No CCN host gave a usable list of what ${sender} sent.`);
  }
  const ids = [...new Set(sound.flatMap((list) => [...list.keys()]))];
  const counted = ids.map((id) => sound.flatMap((list) => list.get(id) ?? []));
  const proven = await Promise.all(counted.map(async (words) => words.length >= 2 || (await isSigned(words[0]!.message))));
  return counted
    .filter((_words, index) => proven[index])
    .map((words) => ({
      ...(words.find(({ vm }) => vm.owner !== null) ?? words[0]!).vm,
      listedBy: words.length,
      deniedBy: sound.length - words.length,
    }))
    .sort((a, b) => a.signedAt - b.signedAt);
};

type Wire = z.output<typeof wireInstance>;
type Found = Map<string, { message: Wire; vm: DescribedVm }>;

/** null where any row's content, hash or sender does not fit: then the host's whole list counts for nothing. */
const foundIn = (rows: readonly Wire[], sender: string): Found | null => {
  const found: Found = new Map();
  for (const message of rows) {
    const vm = message.sender === sender ? listedVm(message) : null;
    if (vm === null) return null;
    found.set(vm.id, { message, vm });
  }
  return found;
};
