/** How text for people is dressed; without a terminal or colour everything passes through plain. */
export interface Style {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  /** Rows of cells under a head; empty rows give an empty string. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** `label: value` lines, aligned. */
  facts(pairs: readonly (readonly [string, string])[]): string;
  /** Other people's text of several lines, between marks made for this call, so that it cannot pass for ours. */
  fenced(text: string): string;
}
