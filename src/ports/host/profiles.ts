/** What the registry looks like as documents for agents. Generated; the same registry gives the same bytes. */
export interface Profiles {
  render(): Promise<{ file: string; text: string }[]>;
}
