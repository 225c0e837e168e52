import { createRequire } from 'node:module';
import { scrypt } from '../../src/adapters/keystore/scrypt.ts';
import { EC } from '../../src/adapters/signatures/secp256k1.ts';

// what the build does for the program (scripts/build.ts): from source, ethers would use other libraries than users' calls do
const { resolve } = createRequire(import.meta.url);
createRequire(resolve('@ethersproject/signing-key'))('./elliptic').EC = EC;
createRequire(resolve('@ethersproject/json-wallets'))('scrypt-js').scrypt = scrypt;
