// Runs one command line of the built program, and keeps the code that V8 compiled for it together with what was kept before.
const { writeFileSync } = require('node:fs');
const { load } = require('../bin/program.js');

const { take, compiled, script } = load();
process.on('exit', () => writeFileSync(compiled, script.createCachedData()));
take('./main-cli.js').start();
