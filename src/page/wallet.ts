import { useEffect, useState } from 'preact/hooks';

/** What a wallet does for a page (EIP-1193). */
interface Provider {
  request(asked: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** A wallet of this browser as it announces itself (EIP-6963): its name is its own word. */
export interface Wallet {
  info: { uuid: string; name: string };
  provider: Provider;
}

type Announced = CustomEvent<Wallet>;

/** The wallets that this browser has, each once. */
export const useWallets = (): readonly Wallet[] => {
  const [wallets, setWallets] = useState<readonly Wallet[]>([]);
  useEffect(() => {
    const heard = (event: Event): void => {
      const { detail } = event as Announced;
      setWallets((before) => (before.some(({ info }) => info.uuid === detail.info.uuid) ? before : [...before, detail]));
    };
    addEventListener('eip6963:announceProvider', heard);
    dispatchEvent(new Event('eip6963:requestProvider'));
    return () => removeEventListener('eip6963:announceProvider', heard);
  }, []);
  return wallets;
};

/** Why a wallet gave no signature, by the codes of EIP-1193 and of JSON-RPC. */
const refusals: Readonly<Record<number, string>> = {
  4001: 'You refused in the wallet.',
  4100: 'The wallet is locked, or does not let this page in: unlock it, and try again.',
  4900: 'The wallet is not connected to any network: connect it, and try again.',
  4901: 'The wallet is on a network that it cannot reach: choose another one there.',
  [-32002]: 'The wallet asks you something already: answer that first.',
};

const whyNot = (thrown: unknown): string => {
  const { code, message } = (thrown ?? {}) as { code?: number; message?: string };
  return refusals[code ?? 0] ?? `The wallet did not sign: ${String(message ?? thrown).slice(0, 160)}`;
};

/** Has the approver's account sign what the program made of the stored plan; a text says why it did not. */
export const signWith = async (
  { provider }: Wallet,
  approver: string,
  typed: unknown,
): Promise<{ signature: string } | { why: string }> => {
  try {
    const accounts = (await provider.request({ method: 'eth_requestAccounts' })) as string[];
    const own = accounts.find((account) => account.toLowerCase() === approver.toLowerCase());
    if (accounts.length === 0) return { why: refusals[4100]! };
    if (own === undefined)
      return {
        why: `The approver is ${approver}, and the wallet shows ${accounts.join(', ').slice(0, 200)}: choose the approver's account there.`,
      };
    const signature = await provider.request({ method: 'eth_signTypedData_v4', params: [own, JSON.stringify(typed)] });
    return { signature: String(signature) };
  } catch (thrown) {
    return { why: whyNot(thrown) };
  }
};
