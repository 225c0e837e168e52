/** The package brings no types of its own. */
declare module 'marked-man' {
  import type { MarkedExtension } from 'marked';

  export interface ManExtension extends MarkedExtension {
    /** In the page's foot. */
    manVersion: string;
    /** In the page's head. */
    manual: string;
    /** Ms since the epoch. */
    date: number;
    breaks: boolean;
  }
  const markedMan: MarkedExtension;
  export default markedMan;
}
