import { creditChannel, type GrantEntry } from './grant-entry.ts';

/** A message that somebody might send in the account's name. */
export interface Act {
  type: 'POST' | 'AGGREGATE' | 'STORE' | 'PROGRAM' | 'INSTANCE' | 'V-PROGRAM';
  /** null: on whatever channel the sender likes. */
  channel: string | null;
  postType?: string;
  aggregateKey?: string;
}

const allows = (list: readonly string[], value: string | null): boolean => list.length === 0 || value === null || list.includes(value);

/**
 * Does the entry let its address send this, on a chain of its choice? A FORGET is allowed where the message that it forgets could have been
 * sent (protocol-ccn.md §4.2), so ask for that message.
 */
export const lets = (entry: GrantEntry, { type, channel, postType, aggregateKey }: Act): boolean =>
  allows(entry.channels, channel) &&
  allows(entry.types, type) &&
  (type !== 'POST' || allows(entry.postTypes, postType ?? null)) &&
  (type !== 'AGGREGATE' || allows(entry.aggregateKeys, aggregateKey ?? null));

/** What an entry lets its address do with the whole account, each as what follows "may". */
export interface Powers {
  rentVms: boolean;
  /** Nodes look at an entry's types alone, not at its channel (protocol-crn.md §3.5). */
  operateVms: boolean;
  runPrograms: boolean;
  moveCredits: boolean;
  storeFiles: boolean;
  changeGrants: boolean;
  changePorts: boolean;
}

export const powersOf = (entries: readonly GrantEntry[]): Powers => {
  const any = (act: Act): boolean => entries.some((entry) => lets(entry, act));
  return {
    rentVms: any({ type: 'INSTANCE', channel: null }),
    operateVms: entries.some(({ types }) => allows(types, 'INSTANCE')),
    runPrograms: any({ type: 'PROGRAM', channel: null }) || any({ type: 'V-PROGRAM', channel: null }),
    moveCredits: any({ type: 'POST', channel: creditChannel, postType: 'aleph_credit_transfer' }),
    storeFiles: any({ type: 'STORE', channel: null }),
    changeGrants: any({ type: 'AGGREGATE', channel: null, aggregateKey: 'security' }),
    changePorts: any({ type: 'AGGREGATE', channel: null, aggregateKey: 'port-forwarding' }),
  };
};

/** Who may change the grants may do everything, one message later; who may move credits can take them all. */
export const isWide = (entry: GrantEntry): boolean => {
  const { changeGrants, moveCredits, runPrograms, storeFiles } = powersOf([entry]);
  return changeGrants || moveCredits || runPrograms || storeFiles;
};

const words: readonly [keyof Powers, string][] = [
  ['changeGrants', 'change who else may act for the account'],
  ['moveCredits', 'send its credits to anybody'],
  ['rentVms', 'create VMs that it pays, and destroy its VMs'],
  ['operateVms', 'stop, erase and read the console of its VMs on their nodes'],
  ['runPrograms', 'run programs that it pays'],
  ['storeFiles', 'store files that it pays'],
  ['changePorts', 'change which ports of its VMs are open'],
];

/** The powers in words, the gravest first. */
export const powersInWords = (powers: Powers): string[] => words.filter(([name]) => powers[name]).map(([, text]) => text);
