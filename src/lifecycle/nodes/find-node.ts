import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { CloudNode } from '../../ports/network/nodes.ts';

const hostOf = (url: string): string =>
  url
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/+$/, '')
    .toLowerCase();

/** Finds a node by its hash, a unique prefix of it of six digits or more, its URL or its exact name. `NODE_NOT_FOUND`, `AMBIGUOUS_ID`. */
export const findNode = <Node extends CloudNode>(reference: string, nodes: readonly Node[]): Node => {
  const found =
    /^[0-9a-f]{6,64}$/.test(reference) && nodes.some(({ hash }) => hash.startsWith(reference))
      ? nodes.filter(({ hash }) => hash.startsWith(reference))
      : nodes.filter((node) => node.untrustedName === reference || hostOf(node.url) === hostOf(reference));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new Failure('NODE_NOT_FOUND', `No CRN has the hash, URL or name "${reference}".`, {
      fix: agent('List the nodes.', 'crns ls'),
    });
  }
  throw new Failure('AMBIGUOUS_ID', `${found.length} CRNs fit "${reference}"; give more digits of the hash.`, {
    facts: { crns: found.slice(0, 5).map(({ hash }) => shortId(hash)) },
  });
};
