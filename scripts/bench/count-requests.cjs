// Preloaded: writes down when each request of this process began and ended, for ALEPH_BENCH_REQUESTS names a file. What asks
// the devnet for its own time and state is none: the real network has no such host. ALEPH_BENCH_DELAY adds ms to each round trip.
const { appendFileSync } = require('node:fs');

const file = process.env.ALEPH_BENCH_REQUESTS;
const real = globalThis.fetch;
const control = process.env.ALEPH_AGENT_DEVNET;
const delay = Number(process.env.ALEPH_BENCH_DELAY ?? 0);
globalThis.fetch = async (...given) => {
  if (String(given[0]).startsWith(control)) return real(...given);
  const begin = performance.now();
  try {
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    return await real(...given);
  } finally {
    const called = `${given[1]?.method ?? 'GET'} ${new URL(String(given[0])).pathname}${new URL(String(given[0])).search}`;
    appendFileSync(file, `${JSON.stringify([begin, performance.now(), called])}\n`);
  }
};
