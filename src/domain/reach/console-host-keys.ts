interface Shown {
  keys: { type: string; key: string }[];
  fingerprints: { type: string; sha256: string }[];
}

/** ssh-keygen's words for the types of keys. */
const typeNames: Readonly<Record<string, string>> = { ED25519: 'ssh-ed25519', RSA: 'ssh-rsa' };

/**
 * Host keys in a console log, as cloud-init writes them at the end of a first boot: fingerprints and whole keys between marks, each
 * line maybe behind a prefix of the logger's (cloud-init, tools/write-ssh-key-fingerprints). Of several boots the last counts.
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

/** `256 SHA256:… root@vm (ECDSA)`: the number of bits names the curve. */
const ecdsaType = (line: string): string => `ecdsa-sha2-nistp${/\b(256|384|521) SHA256:/.exec(line)?.[1] ?? '256'}`;

const block = (lines: readonly string[], name: string): string[] => {
  const end = lines.findLastIndex((line) => line.includes(`-----END ${name}-----`));
  const begin = lines.slice(0, Math.max(0, end)).findLastIndex((line) => line.includes(`-----BEGIN ${name}-----`));
  return end < 0 || begin < 0 ? [] : lines.slice(begin + 1, end);
};
