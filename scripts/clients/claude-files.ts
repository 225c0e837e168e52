import { readFileSync } from 'node:fs';
import { registry } from '../../src/commands/index.ts';
import { clientTable } from '../../src/domain/clients/clients.ts';
import { renderSkill } from '../../src/surfaces/profile/render-profiles.ts';

const pack = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string; description: string; license: string };

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Where Claude Code finds the plugin when it runs a hook: a variable that Claude Code fills. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills it
const root = '${CLAUDE_PLUGIN_ROOT}';

/**
 * What Claude Code runs as a session ends. It has a second and a half, so it is one call, which answers from the ledger alone. What a hook
 * writes to stderr as it fails is what Claude Code shows to the person.
 */
const reminder = `#!/bin/sh
# Says, as a session ends, which VMs still run. Nothing where none does, or where there is no ledger to ask.
found=$(aleph-agent vm ls --offline --json --fields 'items.*.name,totals.live,totals.usdPerHour' 2>/dev/null) || exit 0
case $found in *'"live":0'*) exit 0 ;; esac
names=$(printf %s "$found" | grep -o '"name":"[a-z0-9-]*"' | cut -d '"' -f 4 | tr '\\n' ' ')
rate=$(printf %s "$found" | sed 's/.*"usdPerHour":"\\([0-9.]*\\)".*/\\1/')
echo "\${names}still cost \${rate} USD an hour, until they end. To end one: aleph-agent vm destroy NAME" >&2
exit 2
`;

/** Every file of the plugin for Claude Code, and of the marketplace that it stands in; what other files say is made from the same source. */
export const claudeFiles = async (): Promise<{ path: string; text: string }[]> => {
  const { name, version, description, license } = pack;
  const author = { name: `the ${name} authors` };
  const { file } = await renderSkill(registry);
  const hook = { type: 'command', command: `sh "${root}/hooks/remind.sh"`, timeout: 10 };
  return [
    {
      path: '.claude-plugin/marketplace.json',
      text: json({
        name,
        description,
        owner: author,
        plugins: [{ name, source: './', description, version, author, license, category: 'infrastructure' }],
      }),
    },
    {
      path: '.claude-plugin/plugin.json',
      text: json({ name, version, description, author, license, keywords: ['vm', 'compute', 'budget'] }),
    },
    { path: '.mcp.json', text: json({ mcpServers: { [name]: clientTable.claude.entry([name, 'mcp']) } }) },
    { path: 'hooks/hooks.json', text: json({ description: 'Reminds of VMs that still run', hooks: { SessionEnd: [{ hooks: [hook] }] } }) },
    { path: 'hooks/remind.sh', text: reminder },
    { path: `skills/${name}/SKILL.md`, text: file },
  ];
};
