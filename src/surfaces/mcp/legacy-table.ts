import { legacyTools } from './legacy-tools.ts';

/** The earlier names, what became of them and of their inputs, as a table in Markdown: `docs/mcp.md` has it, and a test keeps it there. */
export const legacyTable = (): string =>
  [
    '| earlier | now | inputs | what changed |',
    '| --- | --- | --- | --- |',
    ...legacyTools.map(({ name, tool, inputs, changed }) => {
      const pairs = Object.entries(inputs).map(([key, { becomes }]) => `\`${key}\` → \`${becomes}\``);
      return `| \`${name}\` | \`${tool}\` | ${pairs.length === 0 ? 'none' : pairs.join(', ')} | ${changed} |`;
    }),
  ].join('\n');
