/**
 * Hashes of the instance messages on this host as the network's own client finds them. For a look from outside alone: it has no time-out
 * and follows HTTP_PROXY to this machine, too.
 */
export const instancesBySdk = async (ccn: string): Promise<string[]> => {
  const [{ AlephHttpClient }, { MessageType }] = await Promise.all([import('@aleph-sdk/client'), import('@aleph-sdk/message')]);
  const { messages } = await new AlephHttpClient(ccn).getMessages({ messageTypes: [MessageType.instance] });
  return messages.map(({ item_hash }) => item_hash);
};
