import { createHash } from 'node:crypto';
import { endVmBody } from './end-vm-body.ts';

interface Forget {
  id: string;
  /** The request body, as signed. */
  bytes: string;
}

export interface ScriptOrder {
  /** Item hash of the INSTANCE. */
  vm: string;
  /** Whose journal has the published expiry. */
  account: string;
  /** ms. */
  expiresAt: number;
  limitAt: number;
  /** CCN hosts, without a trailing slash. */
  hosts: readonly string[];
  forgets: readonly Forget[];
  /** `guest`: it runs in the VM itself, checks that it still does, and turns it off at the end. */
  where: 'guest' | 'carrier';
}

const url = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~/-]*)?$/;

/** Nothing that a shell could take for more than a word gets into the script. */
const checked = ({ vm, account, hosts, forgets, ...order }: ScriptOrder): ScriptOrder => {
  const sound =
    [vm, ...forgets.map(({ id }) => id)].every((hash) => /^[0-9a-f]{64}$/.test(hash)) &&
    /^0x[0-9a-fA-F]{40}$/.test(account) &&
    hosts.length > 0 &&
    hosts.every((host) => url.test(host)) &&
    forgets.length > 0 &&
    forgets.every(({ bytes }) => /^\{[^\n\r]*\}$/.test(bytes));
  if (!sound) throw new Error('an order that cannot be written as a script');
  return { vm, account, hosts, forgets, ...order };
};

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/**
 * One POSIX shell script that ends one VM when its published expiry has passed, with nothing but a shell, awk, sed and curl or wget.
 * It carries FORGETs that were signed in advance: whoever reads it can end this VM, and nothing else.
 * `sh FILE` looks once: 0 is not due or done, 75 is to be tried again in a minute. `sh FILE check` says what it is armed with.
 */
export const endVmScript = (order: ScriptOrder): string => {
  const { vm, account, expiresAt, limitAt, hosts, forgets, where } = checked(order);
  const messages = forgets.map(({ id, bytes }) => `${id}) cat <<'END_OF_MESSAGE'\n${bytes}\nEND_OF_MESSAGE\n;;`);
  return `#!/bin/sh
# Ends one VM on Aleph Cloud once its published expiry has passed. Made by aleph-agent. It holds no key, but whoever reads it can
# end this VM at any time: it carries FORGET messages for it, signed in advance.
set -u
umask 077
LC_ALL=C
export LC_ALL
vm=${vm}
account=${account}
expires=${seconds(expiresAt)}
limit=${seconds(limitAt)}
hosts='${hosts.join(' ')}'
forgets='${forgets.map(({ id }) => id).join(' ')}'
where=${where}

forget() {
case $1 in
${messages.join('\n')}
esac
}
${endVmBody}`;
};

/** What `check` and the ledger compare. */
export const scriptDigest = (script: string): string => createHash('sha256').update(script, 'utf8').digest('hex');
