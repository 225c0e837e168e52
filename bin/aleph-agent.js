#!/usr/bin/env node
const { enableCompileCache } = require('node:module');

// Node 22 and later keep compiled code between runs.
enableCompileCache?.();

require('../dist/main.js');
