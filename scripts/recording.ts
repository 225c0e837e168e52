import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { play } from './recording/frames.ts';
import { svgOf } from './recording/svg-of.ts';

/** `npm run recording`: plays the demo at a terminal, and writes what was seen there to docs/demo.svg. */
const root = resolve(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'aleph-agent-recording-'));
try {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8', ALEPH_AGENT_COLOR: 'always' };
  const played = await play([process.execPath, join(root, 'bin/aleph-agent.js'), 'demo'], { columns: 100, rows: 30, everyMs: 50, env });
  const svg = svgOf(played);
  writeFileSync(join(root, 'docs/demo.svg'), svg);
  process.stdout.write(
    `docs/demo.svg: ${played.frames.length} screens, ${Math.round(played.end / 1000)} s, ${Math.ceil(svg.length / 1024)} KiB\n`,
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
