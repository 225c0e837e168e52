/** How text for people is formatted; without a terminal or colour all text stays plain. */
export interface Style {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  /** A command as it is typed. */
  command(text: string): string;
  /**
   * A table with a head; an empty string where there are no rows. Where a terminal is too narrow for all columns, those of `goFirst` go,
   * then those at the right.
   */
  table(head: readonly string[], rows: readonly (readonly string[])[], goFirst?: readonly string[]): string;
  /** `label: value` lines, aligned. */
  facts(pairs: readonly (readonly [string, string])[]): string;
  /** Sentences, broken between words where a terminal is narrow. */
  prose(text: string): string;
  /** Sentences after a lead; their further lines stand under the first. */
  hung(lead: string, text: string): string;
  /** An RFC 3339 instant: at a terminal how long from now, `in 1 h 58 m (22:44)`; elsewhere, and where no clock is known, as it is. */
  when(instant: string): string;
  /** Other people's text of several lines, between marks made for this call, so that the text cannot pass for ours. */
  fenced(text: string): string;
}
