import words from 'bip39/src/wordlists/english.json' with { type: 'json' };

/**
 * The name under which a VM's ports 80 and 443 are reachable without any set-up: the first 44 bits of its item hash as four BIP-39 words
 * (protocol-crn.md §5.3). The name works about five minutes after the VM is up, over the VM's IPv6; SSH does not pass.
 */
export const webNameOf = (hash: string): string => {
  const bits = BigInt(`0x${hash.slice(0, 11)}`);
  const word = (place: bigint): string => words[Number((bits >> (11n * place)) & 0x7ffn)]!;
  return `${[3n, 2n, 1n, 0n].map(word).join('-')}.2n6.me`;
};
