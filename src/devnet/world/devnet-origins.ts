/** Where the devnet's surfaces are, without trailing slashes. */
export interface DevnetOrigins {
  ccnA: string;
  ccnB: string;
  crnsList: string;
  scheduler: string;
  control: string;
  /** By index. */
  crns: string[];
}

/** Where they are when nothing is on a socket. */
export const inProcessOrigins = (nodes: number): DevnetOrigins => ({
  ccnA: 'http://ccn-a.devnet.test',
  ccnB: 'http://ccn-b.devnet.test',
  crnsList: 'http://crns-list.devnet.test',
  scheduler: 'http://scheduler.devnet.test',
  control: 'http://control.devnet.test',
  crns: Array.from({ length: nodes }, (_, index) => `http://crn-${index}.devnet.test`),
});
