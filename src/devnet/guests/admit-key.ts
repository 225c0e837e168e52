import { timingSafeEqual } from 'node:crypto';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const parsed = (line: string): ParsedKey[] => {
  const key = ssh2.utils.parseKey(line);
  return key instanceof Error ? [] : [key];
};

/** Lets `root` in with one of these public keys and a good signature; passwords and everything else are refused. */
export const admitKey = (authorizedKeys: readonly string[]): ((context: AuthContext) => void) => {
  const keys = authorizedKeys.flatMap(parsed);
  return (context) => {
    if (context.method !== 'publickey' || context.username !== 'root') return context.reject(['publickey']);
    const offered = context.key;
    const known = keys.find((key) => key.type === offered.algo && same(key.getPublicSSH(), offered.data));
    if (known === undefined) return context.reject(['publickey']);
    if (context.signature === undefined) return context.accept();
    const good = context.blob !== undefined && known.verify(context.blob, context.signature, context.hashAlgo) === true;
    return good ? context.accept() : context.reject(['publickey']);
  };
};
