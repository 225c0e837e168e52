/** A VM's console as its node kept it, oldest line first; `at` in ms, null where the node does not say. Never longer than 16 MiB. */
export type ConsoleLog =
  | { answer: 'log'; lines: { at: number | null; untrustedText: string }[] }
  | { answer: 'absent' | 'refused' | 'tooLong' | 'unreachable' };
