import type { Plugin } from 'esbuild';

/**
 * What the SDK and ethers import at their first line and need for other things than a message and its signature: mnemonics in nine languages,
 * contracts, chains, keystores of other programs, an HTTP client of their own.
 */
const seldom = [
  'axios',
  'bip39',
  'form-data',
  'ws',
  '@metamask/eth-sig-util',
  '@ethersproject/abi',
  '@ethersproject/contracts',
  '@ethersproject/hdnode',
  '@ethersproject/json-wallets',
  '@ethersproject/providers',
  '@ethersproject/solidity',
  '@ethersproject/wordlists',
  // unpacks its tables of names as soon as it is loaded
  './ens-normalize/lib',
];
const importers = /node_modules.(@aleph-sdk.[^\\/]+.dist|ethers.lib\.esm|@ethersproject.(wallet|hash).lib\.esm)./;

const inert = 'late-package';

/**
 * Those packages are evaluated when something of them is first used: half of what it took to load the SDK. They stay in the bundle, and are what they
 * were; only later.
 */
export const latePackages: Plugin = {
  name: inert,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[@a-z.]/ }, ({ path, kind, importer, resolveDir }) =>
      kind === 'import-statement' && seldom.includes(path) && importers.test(importer)
        ? { path, namespace: inert, pluginData: resolveDir, sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: inert }, async ({ path, pluginData: resolveDir }) => {
      // in the version beside its importer; what a CommonJS package needs of Node is loaded with it, and not before
      const { path: file } = await resolve(path, { kind: 'require-call', resolveDir });
      const exported = await exportsOf(file);
      const lines = exported.map(([name, value], index) => {
        const made = isPrimitive(value) ? JSON.stringify(value) : `late(${JSON.stringify(name)})`;
        return name === 'default' ? `export default ${made};` : `const late_${index} = ${made}; export { late_${index} as ${name} };`;
      });
      return { resolveDir, contents: [`const load = () => require(${JSON.stringify(file)});`, standIn, ...lines].join('\n') };
    });
  },
};

/** What stands for an export, whatever is done with it. A CommonJS package is its own default export. */
const standIn = `const late = (name) => {
  const real = () => { const all = load(); return name === 'default' && !all.__esModule ? all : all[name]; };
  return new Proxy(function () {}, {
    get: (_, key) => real()[key],
    set: (_, key, value) => Reflect.set(real(), key, value),
    has: (_, key) => key in real(),
    apply: (_, self, given) => Reflect.apply(real(), self, given),
    construct: (_, given) => Reflect.construct(real(), given),
  });
};`;

const isPrimitive = (value: unknown): boolean => value === null || (typeof value !== 'object' && typeof value !== 'function');

/** By name. ethers' modules are written for bundlers; Node takes the CommonJS of the same beside them. */
const exportsOf = async (file: string): Promise<[string, unknown][]> => {
  const found = (await import(file.replace('lib.esm', 'lib'))) as Record<string, unknown>;
  // Node does not see every name of a CommonJS package
  const all = { ...(found['default'] as object | undefined), ...found };
  return Object.entries(all).filter(([name]) => /^\w+$/.test(name) && name !== '__esModule' && name !== 'module.exports');
};
