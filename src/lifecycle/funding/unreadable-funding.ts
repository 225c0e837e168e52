/** What is said of a request of which nobody knows whether its money came. */
export const unreadableFunding = (approval: string): string =>
  `Too few CCN hosts show what came to the account: whether the sum that ${approval} quotes was sent cannot be told.`;
