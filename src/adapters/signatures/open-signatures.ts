import { digest } from '../../domain/canonical-json.ts';
import type { Signatures } from '../../ports/signatures.ts';

/** Recovers signers with ethers, which loads with `prepare`. */
export const openSignatures = (): Signatures => {
  let verify: typeof import('ethers')['utils']['verifyTypedData'] | null = null;
  const known = new Map<string, string | null>();
  return {
    async prepare() {
      verify ??= (await import('ethers')).utils.verifyTypedData;
    },
    signerOf(data, signature) {
      if (verify === null) throw new Error('signatures are looked at before they were prepared');
      const key = digest({ data, signature });
      const found = known.get(key);
      if (found !== undefined) return found;
      const signer = recovered(verify, data, signature);
      known.set(key, signer);
      return signer;
    },
  };
};

const recovered = (
  verify: typeof import('ethers')['utils']['verifyTypedData'],
  { domain, types, message }: Parameters<Signatures['signerOf']>[0],
  signature: string,
): string | null => {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return null;
  try {
    return verify(domain, types as Parameters<typeof verify>[1], message, signature).toLowerCase();
  } catch {
    return null;
  }
};
