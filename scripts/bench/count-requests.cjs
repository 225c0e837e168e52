// Preloaded: writes down when each request of this process began and ended, for ALEPH_BENCH_REQUESTS names a file. What asks
// the devnet for its own time and state is none: the real network has no such host.
const { appendFileSync } = require('node:fs');

const file = process.env.ALEPH_BENCH_REQUESTS;
const real = globalThis.fetch;
const control = process.env.ALEPH_AGENT_DEVNET;
globalThis.fetch = async (...given) => {
  if (String(given[0]).startsWith(control)) return real(...given);
  const begin = performance.now();
  try {
    return await real(...given);
  } finally {
    appendFileSync(file, `${JSON.stringify([begin, performance.now()])}\n`);
  }
};
