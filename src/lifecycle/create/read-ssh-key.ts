import { Failure } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';

const pattern = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,3})(?: .*)?$/;

/**
 * Returns the public key that goes into the INSTANCE, without its comment, because the message is public for ever (product.md §1 rule 11):
 * the key of `file`, or this tool's own for the account. `USAGE` for a file that is not one public key.
 */
export const sshKeyLine = async (context: ReadContext, account: string, file: string | undefined): Promise<string> => {
  if (file === undefined) return context.shell.publicKey(account);
  const bytes = await context.host.files.read(file);
  if (bytes === null) throw new Failure('USAGE', `--ssh-key ${file}: there is no such file.`);
  const match = pattern.exec(new TextDecoder().decode(bytes).trim());
  if (match === null) {
    throw new Failure(
      'USAGE',
      `--ssh-key ${file} is not one OpenSSH public key: name the .pub file, with one line like "ssh-ed25519 AAAA...".`,
    );
  }
  return `${match[1]} ${match[2]}`;
};
