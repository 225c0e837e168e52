/** A variable of the environment that may have put code or certificates into this process, and why it is not trusted. */
export interface Untrusted {
  variable: string;
  why: string;
}

/** What this process has from its environment and does not see itself. */
export interface Surroundings {
  /** The first variable that brings code or certificates and is not root's; null where there is none. */
  untrusted(): Untrusted | null;
  /** Variables whose certificates Node trusts beside the program's own. */
  extraRoots(): string[];
  /** From here on the TLS connections of this call trust the program's own root certificates alone. */
  trustOwnRootsAlone(): void;
}
