/** Something that a person should hear of although nobody asked. `facts` as a failure has them; `vm` is an item hash. */
export interface Alert {
  code: string;
  vm: string | null;
  message: string;
  facts: Readonly<Record<string, unknown>>;
}
