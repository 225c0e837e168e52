// Keeps the code that V8 compiles for a part and the parts that it needs (compile.cjs ./PART.js …), or for a command line of the
// built program, together with what was kept before.
const { writeFileSync } = require('node:fs');
const { load } = require('../bin/program.js');

const { take, scripts } = load();
process.on('exit', () => {
  for (const { compiled, script } of scripts) writeFileSync(compiled, script.createCachedData());
});

const parts = process.argv.slice(2).filter((word) => word.startsWith('./'));
for (const part of parts) take(part);
if (parts.length === 0) take('./main-cli.js').start();
