import type { TypedData } from '../../domain/approval/typed-data.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { Signatures } from '../../ports/keys/signatures.ts';

type Utils = typeof import('ethers')['utils'];

/** Recovers signers with ethers, which loads with `prepare`. */
export const openSignatures = (): Signatures => {
  let utils: Utils | null = null;
  const known = new Map<string, string | null>();
  const loaded = (): Utils => {
    if (utils === null) throw new Error('signatures are looked at before they were prepared');
    return utils;
  };
  return {
    async prepare() {
      utils ??= (await import('ethers')).utils;
    },
    signerOf(data, signature) {
      const key = digest({ data, signature });
      const found = known.get(key);
      if (found !== undefined) return found;
      const signer = recovered(loaded(), data, signature);
      known.set(key, signer);
      return signer;
    },
    signerOfText(text, signature) {
      const { verifyMessage } = loaded();
      return recoveredFrom(() => verifyMessage(text, signature));
    },
    checksummed: (address) => loaded().getAddress(address),
  };
};

const recovered = (utils: Utils, { domain, types, message }: TypedData, signature: string): string | null => {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return null;
  return recoveredFrom(() => utils.verifyTypedData(domain, types as Parameters<Utils['verifyTypedData']>[1], message, signature));
};

/** ethers throws for what is no signature. */
const recoveredFrom = (recover: () => string): string | null => {
  try {
    return recover().toLowerCase();
  } catch {
    return null;
  }
};
