import { readdir, readFile } from 'node:fs/promises';
import type { Metafile } from 'esbuild';

interface Package {
  name: string;
  version: string;
  license?: string | { type: string };
}

const fileName = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The folders of all packages of which something is in these outputs. */
const foldersIn = (outputs: Metafile['outputs']): string[] => {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
};

const noticeOf = async (folder: string): Promise<{ title: string; text: string }> => {
  const { name, version, license = 'see its repository' } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Package;
  const files = (await readdir(folder)).filter((file) => fileName.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
  const type = typeof license === 'string' ? license : license.type;
  const text = texts.map((one) => one.replaceAll('\r\n', '\n').trim()).join('\n\n');
  return { title: `${name} ${version} (${type})`, text: text === '' ? `Licensed under ${type}; the package brings no text.` : text };
};

/** Name, version and licence of every package that is bundled, the same text only once. */
export const noticesOf = async (outputs: Metafile['outputs']): Promise<string> => {
  const byText = new Map<string, string[]>();
  for (const { title, text } of await Promise.all(foldersIn(outputs).map(noticeOf))) byText.set(text, [...(byText.get(text) ?? []), title]);
  const sections = [...byText].map(([text, titles]) => `${titles.join('\n')}\n\n${text}\n`);
  return `What aleph-agent is bundled with, and under which licences.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
};
