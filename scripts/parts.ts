import { createHash } from 'node:crypto';
import { type Metafile, type OutputFile, transform } from 'esbuild';

export interface Parts {
  /** One file with every part that a local command may load; bin/program.js evaluates it. */
  together: string;
  /** What is heavy and seldom, by file name: each is read when it is first taken. */
  apart: Record<string, string>;
}

/** What goes into the one file: our own code without the devnet, and the small packages that every command line needs. */
const near = /^(src\/(?!devnet\/)|node_modules\/(commander|zod|decimal\.js|env-paths|is-safe-filename)\/|nothing:)/;

const parameters = 'module,exports,require,__filename,__dirname';

/**
 * esbuild's split ES modules as functions that are called when first taken: one file and one look-up instead of some forty files to
 * resolve, open and link, and a form whose compiled code can be kept on Node 20, too (measured: half of the start-up).
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
  const apart = made
    .filter((part) => !part.isNear)
    .map(({ name, body }) => [name, digested(`module.exports=(${parameters})=>{"use strict";${body}\n};\n`)]);
  const program = `module.exports=(require,folder,read)=>{"use strict";const parts={${parts.join(',\n')}};${taker}return take};\n`;
  return { together: digested(program), apart: Object.fromEntries(apart) };
};

/** By this digest bin/ finds what was compiled of exactly this text: V8 itself compares nothing but the length. */
const digested = (code: string): string => `/*${createHash('sha256').update(code).digest('hex').slice(0, 16)}*/${code}`;

/** Packages and Node's own modules come from `require`, parts from here or from their file. */
const taker = `
const taken=new Map();
const take=name=>{
  if(!name.startsWith("./"))return require(name);
  const known=taken.get(name);
  if(known!==undefined)return known.exports;
  const module={exports:{}},file=folder+name.slice(1);
  taken.set(name,module);
  (parts[name]??read(file))(module,module.exports,take,file,folder);
  return module.exports;
};
`;

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
  return lateBuiltins(code);
};

/**
 * Node's own modules load where they are used and not where they are imported: crypto and streams alone cost a fifth of bare node.
 * In brackets, since `new require(…).URL()` would make a `require`.
 */
const lateBuiltins = (code: string): string => {
  const imported = [...code.matchAll(/\b(import_node_\w+)=require\(("node:[\w/]+")\)/g)];
  return imported.reduce((text, [declared, name = '', specifier]) => {
    const rest = text.replace(declared, `${name}=0`);
    const whole = new RegExp(`\\b${name}\\b(?![.=])`).test(rest);
    return whole ? text : rest.replace(new RegExp(`\\b${name}\\.`, 'g'), `(require(${specifier})).`);
  }, code);
};
