/** How text for people is formatted; without a terminal or colour all text stays plain. */
export interface Style {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  /** A table with a head; an empty string where there are no rows. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** `label: value` lines, aligned. */
  facts(pairs: readonly (readonly [string, string])[]): string;
  /** Other people's text of several lines, between marks made for this call, so that the text cannot pass for ours. */
  fenced(text: string): string;
}
