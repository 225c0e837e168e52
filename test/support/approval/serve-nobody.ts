import { PassThrough } from 'node:stream';
import type { Manifest } from '../../../src/contract/declare/manifest.ts';
import type { CliParts } from '../../../src/surfaces/cli/cli-parts.ts';

/** Serves MCP to a client that has gone already. */
export const serveNobody =
  (manifest: () => Promise<Manifest>, load: CliParts['load']): CliParts['serveMcp'] =>
  async (door) => {
    const { serveMcp } = await import('../../../src/surfaces/mcp/serve-mcp.ts');
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    stdin.end();
    return serveMcp({ ...door, ...(await manifest()), load, streams: { stdin, stdout }, secret: () => new Uint8Array(32) });
  };
