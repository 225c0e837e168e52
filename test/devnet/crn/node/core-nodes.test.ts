import { describe, expect, it } from 'vitest';
import { createWorld, newDevnet } from '../crn-world.ts';

interface Listed {
  hash: string;
  time: unknown;
  parent: string | null;
  status: string;
  resource_nodes: string[];
}

describe('D-04 the node list of the network', () => {
  it('knows since when its core nodes are there, and which compute nodes belong to which', async () => {
    const world = createWorld(newDevnet({ nodes: 60 }));
    const { ccnA, crnsList } = world.devnet.origins;
    const owner = '0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10';
    const answer = await world.get(`${ccnA}/api/v0/aggregates/${owner}.json?keys=corechannel`);
    const { corechannel } = ((await answer.json()) as { data: { corechannel: { nodes: Listed[]; resource_nodes: Listed[] } } }).data;
    const { nodes, resource_nodes: crns } = corechannel;
    expect(nodes.map(({ time }) => time)).toEqual([expect.any(Number), expect.any(Number)]);
    const linked = crns.filter(({ status }) => status === 'linked');
    expect(linked.length).toBeLessThan(crns.length);
    expect(crns.filter(({ parent }) => parent === null)).toEqual(crns.filter(({ status }) => status !== 'linked'));
    for (const node of nodes) {
      expect(node.resource_nodes.length).toBeGreaterThan(0);
      expect(node.resource_nodes).toEqual(linked.filter(({ parent }) => parent === node.hash).map(({ hash }) => hash));
    }
    expect(nodes.flatMap((node) => node.resource_nodes)).toHaveLength(linked.length);
    const { crns: listed } = (await (await world.get(`${crnsList}/crns.json`)).json()) as { crns: Listed[] };
    expect(new Map(listed.map(({ hash, parent }) => [hash, parent]))).toEqual(new Map(crns.map(({ hash, parent }) => [hash, parent])));
  });
});
