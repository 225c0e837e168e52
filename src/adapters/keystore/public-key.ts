import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** Addresses, without `0x`, of keys that stand in the documents of tools: scripts take whatever comes to them within seconds. */
const published = new Set(
  [
    // hardhat, anvil: "test test test test test test test test test test test junk"
    'f39fd6e51aad88f6f4ce6ab8827279cfffb92266 70997970c51812dc3a010c7d01b50e0d17dc79c8 3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
    '90f79bf6eb2c4f870365e785982e1f101e93b906 15d34aaf54267db7d7c367839aaf71a00a2c6a65 9965507d1a55bcc2695c58ba16fb37d819b0a4dc',
    '976ea74026e726554db657fa54763abd0c3a0aa9 14dc79964da2c08b23698b3d3cc7ca32193d9955 23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f',
    'a0ee7a142d267c1f36714e4a8f75612f20a79720 bcd4042de499d14e55001ccbb24a551f3b954096 71be63f3384f5fb98995898a86b02fb2426c5788',
    'fabb0ac9d68b0b445fb7357272ff202c5651694a 1cbd3b2770909d4e10f157cabc84c7264073c9ec df3e18d64bc6a983f673ab319ccae4f1a57c7097',
    'cd3b766ccdd6ae721141f452c550ca635964ce71 2546bcd3c84621e976d8185a91a922ae77ecec30 bda5747bfd65f08deb54cb465eb87d40e51b197e',
    'dd2fd4581271e230360230f9337d5c0430bf44c0 8626f6940e2eb28930efb4cef49b2d1f2c9c1199',
    // ganache -d: "myth like bonus scare over problem client lizard pioneer submit female collect"
    '90f8bf6a479f320ead074411a4b0e7944ea8c9c1 ffcf8fdee72ac11b5c542428b35eef5769c409f0 22d491bde2303f2f43325b2108d26f1eaba1e32b',
    'e11ba2b4d45eaed5996cd0823791e0c93114882d d03ea8624c8c5987235048901fb614fdca89b117 95ced938f7991cd0dfcb48f0a06a40fa1af46ebc',
    '3e5e9111ae8eb78fe1cc3bb8915d5d461f3ef9a9 28a8746e75304c0780e011bed21c72cd78cd535e aca94ef8bd5ffee41947b4585a84bda5a3d3da6e',
    '1df62f291b2e969fb0849d99d9ce41e2f137006e',
    // truffle: "candy maple cake sugar pudding cream honey rich smooth crumble sweet treat"
    '627306090abab3a6e1400e9345bc60c78a8bef57 f17f52151ebef6c7334fad080c5704d77216b732 c5fdf4076b8f3a5357c5e395ab970b5b54098fef',
    '821aea9a577a9b44299b9c15c88cf3087f3b5544 0d1d4e623d10f9fba5db95830f7d3839406c6af2 2932b7a2355d6fecc4b5c0b6bd44cc31df247a2e',
    '2191ef87e392377ec08e7c08eb105ef5448eced5 0f4f2ac550a1b4e2280d04c21cea7ebd822934b5 6330a553fc93768f612722bb8c2ec78ac90b3bbc',
    '5aeda56215b167893e80b4fe645ba6d5bab767de',
    // this program's own devnet, seed 1
    '9a93ac22c04a1335c0cf8b7390a0978389364780 8f33588599e40e30871cb6b156aee237846bff8f ee83e2cacd2ab5b8bc34901bdcadc9bc6fafbcfe',
    'e2fe75a2e3095a827ac98d89c5a57d1cdf568883 066102f516f1d69e87c565cd90922a19219249a7 6515b0aa19d2dd637f6443ba5c0edec77f973aea',
    '0fe51b6397d0145664f74cd2085fc9006fe5a61f f7b202102c3317fda699f9c27bae906345623cf5 092c8695101b7262c072819ce4f48ee1c080449b',
    '9d79a474e0500ef66e262fcd4745dc1f3d09c920',
  ].flatMap((line) => line.split(' ')),
);

/** Keys that anybody tries who counts. */
const guessable = 2n ** 32n;

/** Refuses a key (`0x` and 64 digits) that everybody knows, where it would hold real money. `KEY_PUBLIC`. */
export const refusePublicKey = async (privateKey: string, network: string): Promise<void> => {
  if (network !== 'mainnet') return;
  const scalar = BigInt(privateKey);
  if (scalar === 0n) return;
  const { utils } = await import('ethers');
  if (scalar >= guessable && !published.has(utils.computeAddress(privateKey).slice(2).toLowerCase())) return;
  throw new Failure(
    'KEY_PUBLIC',
    'Everybody knows this private key: what comes to its address on mainnet is stolen at once. It was not imported.',
    {
      fix: human('Make a key of your own.', 'keys create'),
    },
  );
};
