const { readFileSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const folder = join(__dirname, '../dist');

const readIfThere = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/**
 * Node 20 keeps no compiled code between runs: the build left some beside each file, under the digest that opens its text.
 * V8 refuses what another version of it made; the file is compiled anew then.
 */
const readCompiled = (scripts) => (filename) => {
  const text = readFileSync(filename, 'latin1');
  const compiled = join(folder, `${text.slice(2, 18)}.compiled`);
  const script = new Script(`(module=>{${text}})`, { filename, cachedData: readIfThere(compiled) });
  const file = { exports: null };
  script.runInThisContext()(file);
  scripts.push({ compiled, script });
  return file.exports;
};

/** `take` gives a part of the program by its name, `scripts` are the files that were read for it so far. */
const load = () => {
  const scripts = [];
  const read = readCompiled(scripts);
  return { take: read(join(folder, 'program.js'))(require, folder, read), scripts };
};

// Node 22 and later keep compiled code themselves, of every file that is required
const take = () => (enableCompileCache === undefined ? load().take : require('../dist/program.js')(require, folder, require));

module.exports = { load, start: () => take()('./main-cli.js').start() };
