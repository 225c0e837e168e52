/** A VM's console log as its node kept it, oldest line first, at most 16 MiB; `at` in ms, null where the node gives no time. */
export type ConsoleLog =
  | { answer: 'log'; lines: { at: number | null; untrustedText: string }[] }
  | { answer: 'absent' | 'refused' | 'tooLong' | 'unreachable' };
