interface Shown {
  keys: { type: string; key: string }[];
  fingerprints: { type: string; sha256: string }[];
}

/** ssh-keygen's names of key types, and OpenSSH's. */
const typeNames: Readonly<Record<string, string>> = { ED25519: 'ssh-ed25519', RSA: 'ssh-rsa' };

/**
 * The host keys in a console log, which cloud-init prints at the end of a first boot: fingerprints and whole keys between marks, each line
 * perhaps behind a logger's prefix (cloud-init, tools/write-ssh-key-fingerprints). Where the log has several boots, the last one counts.
 */
export const consoleHostKeys = (lines: readonly string[]): Shown => ({
  fingerprints: block(lines, 'SSH HOST KEY FINGERPRINTS').flatMap((line) => {
    const [, sha256, name = ''] = /\bSHA256:([A-Za-z0-9+/]{43})(?:\s.*\((\w+)\))?/.exec(line) ?? [];
    return sha256 === undefined ? [] : [{ type: typeNames[name] ?? ecdsaType(line), sha256 }];
  }),
  keys: block(lines, 'SSH HOST KEY KEYS').flatMap((line) => {
    const [, type, key] =
      /\b(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) (AAAA[A-Za-z0-9+/]{20,2000}={0,2})(?:\s|$)/.exec(line) ?? [];
    return type === undefined || key === undefined ? [] : [{ type, key }];
  }),
});

/** The type of an ECDSA key, whose curve its number of bits names: `256 SHA256:… root@vm (ECDSA)`. */
const ecdsaType = (line: string): string => `ecdsa-sha2-nistp${/\b(256|384|521) SHA256:/.exec(line)?.[1] ?? '256'}`;

const block = (lines: readonly string[], name: string): string[] => {
  const end = lines.findLastIndex((line) => line.includes(`-----END ${name}-----`));
  const begin = lines.slice(0, Math.max(0, end)).findLastIndex((line) => line.includes(`-----BEGIN ${name}-----`));
  return end < 0 || begin < 0 ? [] : lines.slice(begin + 1, end);
};
