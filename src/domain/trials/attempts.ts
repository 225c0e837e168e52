/** One call of an attack, and how it was answered. */
export interface Attempt {
  does: string;
  code: string;
  /** The refusals that say it was refused for what it asks; any other code shows nothing of the claim. */
  expects: readonly string[];
  /**
   * It asks for no more than one VM, so it may be answered with ok while the slice has room: a machine too busy to fill it before leaves
   * some.
   */
  makesVm?: boolean;
}

/** Attacks that were answered with ok: each that may never be, and those for VMs where more were than there is room for. */
export const answeredBeyond = (attempts: readonly Attempt[], room: number): string[] => {
  const answered = attempts.filter(({ code }) => code === 'ok');
  const vms = answered.filter(({ makesVm }) => makesVm === true);
  return answered
    .filter((attempt) => attempt.makesVm !== true || vms.length > room)
    .map(({ does, makesVm }) => `${does}: it was answered with ok${makesVm === true ? `, with room for ${room}` : ''}`);
};

/** Attacks that ended in another way than by a refusal of what they ask: by a bug, a word of usage, a file that took no edit. */
export const unshown = (attempts: readonly Attempt[]): string[] =>
  attempts
    .filter(({ code, expects }) => code !== 'ok' && !expects.includes(code))
    .map(({ does, code, expects }) => `${does} ended with ${code}, which is not ${expects.join(' or ')}`);
