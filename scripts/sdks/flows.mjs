// Drives Aleph's TypeScript SDK against a devnet, and prints a line of JSON for each flow: {"flow", "ok", "why"}. Runs where it is installed.
import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { ItemType, MessageType, PaymentType } from '@aleph-sdk/message';

const { DEVNET_KEY, DEVNET_NODE, ALEPH_API_HOST } = process.env;
const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
const account = importAccountFromPrivateKey(DEVNET_KEY);
const client = new AuthenticatedAlephHttpClient(account, ALEPH_API_HOST);
const me = account.address;
const state = {};

const expect = (condition, why) => {
  if (!condition) throw new Error(why);
};
const until = async (what, look, seconds = 30) => {
  for (let second = 0; second < seconds; second++) {
    if (await look().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 1000));
  }
  throw new Error(`${what}: not within ${seconds} s`);
};

const flows = {
  async 'aggregate: write, read, merge'() {
    await client.createAggregate({ key: 'npm', content: { a: 1, b: { c: 2 } }, channel: 'SDK', sync: true });
    await client.createAggregate({ key: 'npm', content: { a: 2 }, channel: 'SDK', sync: true });
    await until('merged', async () => {
      const { a, b } = await client.fetchAggregate(me, 'npm');
      return a === 2 && b.c === 2;
    });
  },
  async 'posts: write, list'() {
    for (const number of [1, 2, 3]) await client.createPost({ postType: 'npm', content: { number }, channel: 'SDK', sync: true });
    await until('three posts', async () => (await client.getPosts({ types: 'npm', addresses: [me] })).posts.length === 3);
  },
  async 'posts: by cursor'() {
    const seen = [];
    let cursor = '';
    for (let page = 0; page < 5; page++) {
      const url = new URL('/api/v1/posts.json', ALEPH_API_HOST);
      for (const [key, value] of Object.entries({ types: 'npm', addresses: me, pagination: '2', cursor })) url.searchParams.set(key, value);
      const answer = await (await fetch(url)).json();
      seen.push(...answer.posts.map(({ item_hash }) => item_hash));
      cursor = answer.next_cursor;
      if (!cursor) break;
    }
    expect(seen.length === 3 && new Set(seen).size === 3, `${seen.length} posts, ${new Set(seen).size} of them different`);
  },
  async 'file: store, read back'() {
    // without line ends: it sends a file as text, whose line ends its HTTP client turns into CRLF, so that the hash fits no more
    const bytes = Buffer.from('a file of the SDK '.repeat(64));
    const message = await client.createStore({
      fileObject: bytes,
      channel: 'SDK',
      payment: { chain: 'ETH', type: PaymentType.credit },
      sync: true,
    });
    await until('read back', async () => Buffer.from(await client.downloadFile(message.content.item_hash)).equals(bytes));
  },
  async 'watch messages'() {
    // it names its own host for websockets, whatever host it was made for
    client.messageClient.wsServer = ALEPH_API_HOST.replace(/^http/, 'ws');
    const socket = await client.watchMessages({ addresses: [me], messageTypes: [MessageType.post] });
    await until('open', async () => socket.isOpen, 10);
    await client.createPost({ postType: 'watched', content: { seen: true }, channel: 'SDK', sync: true });
    await until('seen', async () => socket.getData().some(({ content }) => content.type === 'watched'));
    socket.closeSocket();
  },
  async 'instance: price'() {
    const { cost } = await client.instanceClient.getEstimatedCost({ account, ...order() });
    expect(Number(cost) > 0, `cost is ${cost}`);
  },
  async 'instance: create'() {
    state.vm = (await client.createInstance({ ...order(), sync: true })).item_hash;
    await until('processed', async () => (await client.getMessage(state.vm)).item_hash === state.vm);
  },
  async 'instance: list'() {
    const { messages } = await client.getMessages({ addresses: [me], messageTypes: [MessageType.instance] });
    expect(messages.map(({ item_hash }) => item_hash).join() === state.vm, `${messages.length} messages`);
  },
  async 'instance: delete'() {
    await client.forget({ hashes: [state.vm], reason: 'npm', channel: 'SDK', sync: true });
    await until('forgotten', async () => {
      const { status } = await (await fetch(new URL(`/api/v0/messages/${state.vm}`, ALEPH_API_HOST))).json();
      return ['removing', 'removed', 'forgotten'].includes(status);
    });
  },
};

const order = () => ({
  channel: 'SDK',
  metadata: { name: 'npm' },
  authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q npm'],
  resources: { vcpus: 1, memory: 2048, seconds: 30 },
  requirements: { node: { node_hash: DEVNET_NODE } },
  environment: { hypervisor: 'qemu' },
  rootfs: { parent: { ref: image, use_latest: true }, persistence: 'host', size_mib: 20_480 },
  payment: { chain: 'ETH', type: PaymentType.credit },
  storageEngine: ItemType.storage,
});

for (const [flow, run] of Object.entries(flows)) {
  let why = null;
  try {
    await run();
  } catch (thrown) {
    why = `${thrown} ${JSON.stringify(thrown?.response?.data ?? thrown?.errors?.response?.data ?? thrown?.errors ?? null)}`.slice(0, 300);
  }
  process.stdout.write(`${JSON.stringify({ flow, ok: why === null, why })}\n`);
}
process.exit(0);
