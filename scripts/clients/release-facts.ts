/** Who publishes, and where: `release.json`, and nowhere else. */
export interface ReleaseFacts {
  owner: string;
  contact: string;
}

export interface PackageFacts {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: { node: string };
}

/** What stands in release.json for what is not known yet. */
export const placeholders = ({ owner, contact }: ReleaseFacts): string[] =>
  [owner === 'OWNER' ? 'owner' : null, contact === 'CONTACT' ? 'contact' : null].filter((key) => key !== null);

/** The server's name in the MCP registry, which looks for it in the published package, too. */
export const mcpName = (pack: PackageFacts, { owner }: ReleaseFacts): string => `io.github.${owner}/${pack.name}`;

const repositoryOf = (pack: PackageFacts, { owner }: ReleaseFacts): string => `https://github.com/${owner}/${pack.name}`;

/** What a package says that is published: the registry's name of its server, and where it comes from. */
export const published = <Pack extends PackageFacts>(pack: Pack, facts: ReleaseFacts): Pack & { mcpName: string } => ({
  ...pack,
  mcpName: mcpName(pack, facts),
  repository: { type: 'git', url: `git+${repositoryOf(pack, facts)}.git` },
  bugs: facts.contact,
});

/** `server.json` of the MCP registry (schema of 2025-12-11). */
export const serverJson = (pack: PackageFacts, facts: ReleaseFacts): object => ({
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: mcpName(pack, facts),
  description: pack.description.slice(0, 100),
  repository: { url: repositoryOf(pack, facts), source: 'github' },
  version: pack.version,
  packages: [
    {
      registryType: 'npm',
      identifier: pack.name,
      version: pack.version,
      transport: { type: 'stdio' },
      packageArguments: [{ type: 'positional', value: 'mcp' }],
    },
  ],
});

/** `manifest.json` of an MCP bundle (manifest 0.3), whose program lies beside it. */
export const bundleManifest = (
  pack: PackageFacts,
  facts: ReleaseFacts,
  tools: readonly { name: string; description: string }[],
): object => ({
  manifest_version: '0.3',
  name: pack.name,
  version: pack.version,
  description: pack.description,
  author: { name: facts.owner, url: repositoryOf(pack, facts) },
  license: pack.license,
  server: {
    type: 'node',
    entry_point: 'bin/aleph-agent.js',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: whoever installs the bundle fills it
    mcp_config: { command: 'node', args: ['${__dirname}/bin/aleph-agent.js', 'mcp'], env: {} },
  },
  tools: tools.map(({ name, description }) => ({ name, description })),
  compatibility: { platforms: ['darwin', 'linux'], runtimes: { node: pack.engines.node } },
});
