import * as z from 'zod';
import { parseInstant } from '../../domain/text/instant.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import { isName } from '../../domain/text/names.ts';
import type { ReadContext } from '../../ports/context.ts';

/** A VM as the earlier tool's inventory names it. */
export interface EarlierVm {
  /** Item hash. */
  id: string;
  /** A name that this program takes; null for any other. */
  name: string | null;
  account: string | null;
  /** ms; null where it has none. */
  expiresAt: number | null;
}

/** What an earlier tool for agents left in the user's home. */
export interface EarlierTool {
  /** The path of its key; null for none. */
  key: string | null;
  /** The path of its inventory; null for none. */
  inventory: string | null;
  /** null: the inventory cannot be read. */
  vms: EarlierVm[] | null;
}

const keyFile = '.aleph-im/private-keys/ethereum.key';
const inventoryFile = '.aleph-agent-inventory.json';

const records = z.array(
  z.object({
    item_hash: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string().nullish(),
    signing_address: z.string().nullish(),
    ttl_expires_at: z.string().nullish(),
  }),
);

/** Looks for the earlier tool's key and inventory. Reads the inventory, never the key. */
export const earlierTool = async ({ host }: Pick<ReadContext, 'host'>): Promise<EarlierTool> => {
  const files = await host.clientFiles();
  const [key, inventory] = [files.path('user', keyFile), files.path('user', inventoryFile)];
  return {
    key: files.exists(key) ? key : null,
    inventory: files.exists(inventory) ? inventory : null,
    vms: files.exists(inventory) ? vmsIn(await host.files.read(inventory)) : [],
  };
};

/** A blank file is an empty inventory, as it was for the earlier tool. */
const vmsIn = (bytes: Uint8Array | null): EarlierVm[] | null => {
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (text.trim() === '') return [];
  const read = records.safeParse(jsonOf(text));
  return read.success ? read.data.map(vmOf) : null;
};

const vmOf = ({ item_hash, name, signing_address, ttl_expires_at }: z.output<typeof records>[number]): EarlierVm => {
  return {
    id: item_hash,
    name: name != null && isName(name) ? name : null,
    account: signing_address ?? null,
    expiresAt: parseInstant(ttl_expires_at ?? ''),
  };
};
