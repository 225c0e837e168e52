import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type FunctionDeclaration, type Node, parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import { type Plugin, transform } from 'esbuild';

/** Where a function begins. */
export interface Site {
  /** From the root of the repository. */
  file: string;
  /** `name`, with the functions around it before it: `planProvision.nameless`. */
  name: string;
}

/** What the instrumented code calls at each entry, with the site's number, and around the evaluation of a module, with 1 and -1. */
const entered = 'globalThis.__entered?.';
const evaluating = 'globalThis.__evaluating?.';

/** The program's first file is evaluated in order to act; all others, in order to declare. */
const first = 'src/main/main.ts';

type Callable = Omit<FunctionDeclaration, 'type' | 'id'> & { type: string; id?: { name: string } | null };

/**
 * Makes every function of src/ report that it was entered; `sites` fills with them while esbuild reads. The devnet reports nothing: it
 * stands for the network, which is no part of a call's way through our code.
 */
export const instrument = (root: string, sites: Site[]): Plugin => ({
  name: 'instrument',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const file = relative(root, path);
      if (file.startsWith('src/devnet/')) return null;
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader: 'ts',
        target: 'es2023',
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      const reports = reporting(code, (name) => sites.push({ file, name }) - 1);
      return { contents: file === first ? reports : `${evaluating}(1);${reports};${evaluating}(-1);`, loader: 'js' };
    }),
});

const reporting = (code: string, siteOf: (name: string) => number): string => {
  const inserts: { at: number; text: string }[] = [];
  const visit = (node: Callable, ancestors: readonly Node[]): void => {
    const call = `${entered}(${siteOf(nameIn(ancestors))})`;
    const { body } = node;
    if ((body.type as string) === 'BlockStatement') {
      inserts.push({ at: body.start + 1, text: `${call};` });
    } else {
      // an arrow's expression, which may stand in brackets already
      inserts.push({ at: body.start, text: `(${call},` }, { at: body.end, text: ')' });
    }
  };
  const each = (node: unknown, _state: unknown, ancestors: readonly Node[]): void => visit(node as Callable, ancestors);
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    FunctionDeclaration: each,
    FunctionExpression: each,
    ArrowFunctionExpression: each,
  });
  // from the end, so that the places found stay right
  return inserts.sort((a, b) => b.at - a.at).reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), code);
};

interface Named extends Node {
  id?: { name?: string } | null;
  key?: { name?: string; value?: unknown };
}

/** Names of the functions around, outermost first; a function has the name of what it is assigned to. */
const nameIn = (ancestors: readonly Node[]): string => {
  const names = ancestors.flatMap((node, index) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return [];
    const own = (node as Named).id?.name;
    const holder = ancestors[index - 1] as Named | undefined;
    const holds = holder !== undefined && /^(VariableDeclarator|Property|PropertyDefinition|MethodDefinition)$/.test(holder.type);
    return [own ?? (holds ? (holder.id?.name ?? holder.key?.name ?? 'nameless') : 'nameless')];
  });
  return names.join('.');
};
