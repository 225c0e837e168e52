const { readFileSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const folder = join(__dirname, '../dist');
const filename = join(folder, 'program.js');

const readIfThere = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/**
 * Node 20 keeps no compiled code between runs: the build left some beside the program, under the digest that opens its text.
 * V8 refuses what another version of it made; the program is compiled anew then.
 */
const load = () => {
  const text = readFileSync(filename, 'latin1');
  const compiled = join(folder, `program-${text.slice(2, 18)}.compiled`);
  const script = new Script(`(module=>{${text}})`, { filename, cachedData: readIfThere(compiled) });
  const program = { exports: null };
  script.runInThisContext()(program);
  return { take: program.exports(require, folder), compiled, script };
};

module.exports = {
  load,
  start: () => (enableCompileCache === undefined ? load().take : require(filename)(require, folder))('./main-cli.js').start(),
};
