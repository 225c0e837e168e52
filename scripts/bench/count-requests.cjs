// Preloaded: writes down when each request of this process began and ended, for ALEPH_BENCH_REQUESTS names a file.
const { appendFileSync } = require('node:fs');

const file = process.env.ALEPH_BENCH_REQUESTS;
const real = globalThis.fetch;
globalThis.fetch = async (...given) => {
  const begin = performance.now();
  try {
    return await real(...given);
  } finally {
    appendFileSync(file, `${JSON.stringify([begin, performance.now()])}\n`);
  }
};
