import { expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { manifestOf } from '../../../src/contract/declare/manifest.ts';
import { parsedCall } from '../../../src/surfaces/cli/parse/parsed-call.ts';
import { suggestedTool } from '../../../src/surfaces/mcp/suggested-tool.ts';

it('a suggested line is a call of a tool only where that tool takes all of it', async () => {
  const manifest = await manifestOf(registry);
  const suggest = suggestedTool({ parse: (line) => parsedCall(manifest, '1.0.0', line) }, manifest.commands);
  expect(suggest('aleph-agent doctor')).toEqual({ tool: 'doctor', arguments: {} });
  expect(suggest('aleph-agent vm wait ci')).toEqual({ tool: 'vm_wait', arguments: { vm: 'ci' } });
  expect(suggest('aleph-agent doctor --fix')).toBeNull();
  expect(suggest('aleph-agent vm wait ci --setup setup.sh')).toBeNull();
});
