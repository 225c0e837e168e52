/** What is not to be had here, so that a client was not tried. */
export class Skipped extends Error {}
