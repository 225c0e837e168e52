/** The phases that progress is reported in (conventions.md §6). */
export const phases = [
  'planned',
  'signed',
  'held',
  'posted',
  'processed',
  'allocated',
  'booting',
  'sshReady',
  'armed',
  'healthy',
  'failedOver',
  'rolledBack',
  'forgotten',
  'erasing',
  'forwardsRemoved',
  'gone',
] as const;

export type Phase = (typeof phases)[number];

export interface Progress {
  phase(phase: Phase, facts: { operation: string; vm?: string; name?: string; node?: string }): void;
}
