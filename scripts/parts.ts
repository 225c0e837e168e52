import { createHash } from 'node:crypto';
import { type Metafile, type OutputFile, transform } from 'esbuild';

export interface Parts {
  /** One file with every part that a local command may load: their functions by name. */
  together: string;
  /** What is heavy and seldom, by file name: the function of one part each. */
  apart: Record<string, string>;
}

/** What goes into the one file: our own code without the devnet, and the small packages that every command line needs. */
const near = /^(src\/(?!devnet\/)|node_modules\/(commander|zod|decimal\.js|env-paths|is-safe-filename)\/|nothing:|late:)/;

const parameters = 'module,exports,require,__filename,__dirname';

/**
 * esbuild's split ES modules as functions that are called when first taken (src/main/load-program.ts): one file and one look-up instead
 * of some forty files to resolve, open and link, and a form whose compiled code can be kept (measured: half of the start-up).
 */
export const partsOf = async (files: readonly OutputFile[], metafile: Metafile, folder: string): Promise<Parts> => {
  const made = await Promise.all(
    files.map(async (file) => {
      const name = file.path.split('/').at(-1) ?? '';
      const body = await bodyOf(file.text);
      const inputs = Object.keys(metafile.outputs[`${folder}/${name}`]?.inputs ?? {});
      return { name, body, isNear: inputs.every((input) => near.test(input)) };
    }),
  );
  const parts = made.filter((part) => part.isNear).map(({ name, body }) => `"./${name}"(${parameters}){${body}\n}`);
  const apart = made.filter((part) => !part.isNear).map(({ name, body }) => [name, digested(`((${parameters})=>{${body}\n})`)]);
  return { together: digested(`({${parts.join(',\n')}})`), apart: Object.fromEntries(apart) };
};

/** By this digest the compiled code of exactly this text is found: V8 itself compares nothing but the length. */
const digested = (expression: string): string => {
  const code = `"use strict";${expression};\n`;
  return `/*${createHash('sha256').update(code).digest('hex').slice(0, 32)}*/${code}`;
};

const bodyOf = async (text: string): Promise<string> => {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });
  return code;
};
