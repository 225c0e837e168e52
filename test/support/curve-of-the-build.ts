import { createRequire } from 'node:module';
import { EC } from '../../src/adapters/signatures/secp256k1.ts';

// what the build does for the program (scripts/build.ts): from source, ethers would sign and recover with another library than users' calls do
const require = createRequire(createRequire(import.meta.url).resolve('@ethersproject/signing-key'));
require('./elliptic').EC = EC;
