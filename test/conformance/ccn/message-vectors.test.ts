import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import type { MessageType } from '../../../src/devnet/ccn/message.ts';
import { signatureHolds } from '../../../src/devnet/ccn/signature.ts';

interface Vector {
  source: string;
  pointer: string;
  chain: string;
  type: MessageType;
  item_hash: string;
  sender: string;
  signature: string;
  item_content: string | null;
  sha256_matches_item_content: boolean | null;
  pyaleph_signature: string;
}

const vectors = (JSON.parse(readFileSync(new URL('../../fixtures/extracted/message_vectors.json', import.meta.url), 'utf8')) as Vector[])
  .filter((vector) => vector.chain === 'ETH' && !vector.pyaleph_signature.startsWith('ValueError'))
  .map((vector, index) => ({ ...vector, index }));

describe('messages found in public repositories', () => {
  it.each(vectors)('$index $type $source$pointer: the verdict of the real signature check', (vector) => {
    expect(signatureHolds(vector)).toBe(vector.pyaleph_signature === 'valid');
  });

  it.each(vectors.filter((vector) => vector.sha256_matches_item_content !== null))(
    '$index $type $source$pointer: the real hash',
    (vector) => {
      expect(sha256Hex(vector.item_content ?? '') === vector.item_hash).toBe(vector.sha256_matches_item_content);
    },
  );

  it('checks the ETH ones, both good and bad', () => {
    expect(vectors.length).toBeGreaterThan(45);
    expect(vectors.filter((vector) => vector.pyaleph_signature !== 'valid').length).toBeGreaterThan(2);
  });
});
