import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const ours = new RegExp(`^${resolve('src')}/`);

/**
 * Node's own modules load where our code calls a function of theirs and not where it imports it: crypto and streams alone cost a fifth of
 * bare node. Classes and constants stay imports.
 */
export const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, importer }) =>
      kind === 'import-statement' && ours.test(importer) ? { path, namespace: 'late', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
      const specifier = JSON.stringify(path);
      const exported = Object.entries((await import(path)) as Record<string, unknown>).filter(([name]) => /^\w+$/.test(name));
      const lines = exported.map(([name, value]) =>
        isPlainFunction(value) && name !== 'default'
          ? `const late_${name} = (...given) => require(${specifier}).${name}(...given); export { late_${name} as ${name} };`
          : `export { ${name} } from ${specifier};`,
      );
      return { contents: lines.join('\n') };
    });
  },
};

/** No class, and nothing that hangs on it which a function around it would lose (`util.promisify.custom` among it). */
const isPlainFunction = (value: unknown): boolean =>
  typeof value === 'function' &&
  !/^(class\b|function [A-Z])/.test(value.toString()) &&
  Reflect.ownKeys(value).every((key) => ['length', 'name', 'prototype'].includes(String(key)));
