/** Of `@anthropic-ai/mcpb`, which packs bundles. */
export const mcpbVersion = '2.1.2';
