import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFacts } from './read-facts.ts';
import { bundleManifest } from './release-facts.ts';

/** Lays out in this folder what an MCP bundle is packed of: the built program, what it needs of npm's, and its manifest. */
export const makeBundle = (folder: string): void => {
  const { pack, facts } = readFacts();
  const tools = JSON.parse(readFileSync('dist/tools.json', 'utf8')) as { name: string; description: string }[];
  mkdirSync(folder, { recursive: true });
  for (const part of ['bin', 'dist', 'LICENSE', 'package.json']) cpSync(part, join(folder, part), { recursive: true });
  const words = ['install', '--prefix', folder, '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status, stderr } = spawnSync('npm', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${words.join(' ')}: ${stderr}`);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(bundleManifest(pack, facts, tools), null, 2));
};
