interface Signed {
  chain?: string | null | undefined;
  sender: string;
  type: string;
  item_hash: string;
  signature?: string | null | undefined;
}

/** Did the sender sign this message (protocol-ccn.md §1.3)? Loads ethers, so it is asked only where nothing else vouches for a message. */
export const isSigned = async ({ chain, sender, type, item_hash, signature }: Signed): Promise<boolean> => {
  if (chain == null || !/^(0x)?[0-9a-fA-F]{130}$/.test(signature ?? '')) return false;
  const { utils } = await import('ethers');
  try {
    const lines = Buffer.from([chain, sender, type, item_hash].join('\n'));
    return utils.verifyMessage(lines, `0x${signature?.replace(/^0x/, '')}`).toLowerCase() === sender.toLowerCase();
  } catch {
    return false;
  }
};
