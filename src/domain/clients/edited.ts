/**
 * What became of a client's file. `same`: it has the entry, or has none to take out; `other`: an entry of this name that somebody made
 * otherwise; `unreadable`: it is not what the client could read.
 */
export type Edited = { kind: 'changed'; text: string } | { kind: 'same' | 'other' | 'unreadable' };
