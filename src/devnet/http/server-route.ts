/** A route of the real network's software, and what a devnet has of it. */
export interface ServerRoute {
  method: 'GET' | 'POST' | 'DELETE';
  /** Its parts in braces; a star at the end stands for whatever follows. */
  path: string;
  /** Why the devnet has it not: it answers 501. */
  absent?: string;
  /** What is other than on the real server, where it has it. */
  differs?: string;
}

/** The kinds of server of a network. */
export type ServerName = 'CCN' | 'CRN' | 'scheduler' | 'node list';
