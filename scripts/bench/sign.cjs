// sign.cjs PART: loads the SDK through this part of the built program, context.ts, and signs with the hot key of this home. Ends with 1 unless a signed message comes out.
const { loadProgram } = require('../../dist/load-program.js');

const options = { network: 'bench', account: null, task: null, timeoutMs: 1000, person: false, passphraseSource: null, askSecret: null };

const main = async () => {
  const { take, keep } = await loadProgram();
  process.on('exit', keep);
  const { openContexts } = take(process.argv[2]);
  const world = { environment: process.env, machine: process, stdin: process.stdin, profiles: {}, crash: () => {} };
  const contexts = openContexts(world, { ...options, progress: {}, warn: () => {}, signal: new AbortController().signal });
  const context = await contexts.change();
  const { name, address } = context.keys.current('bench');
  const [cloud, signer] = await Promise.all([context.cloud(), context.keys.signer(name, 'bench')]);
  const order = { owner: address, ids: ['0'.repeat(64)], reason: 'bench', at: Date.now() };
  const { bytes } = await cloud.signing.forget(order, signer);
  process.exit(/"signature":"0x[0-9a-f]{130}"/.test(bytes) ? 0 : 1);
};

main();
