import { answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveCap, aboveMade, neverTrue, standing } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome, ServedSafe } from '../../ports/host/proving-ground.ts';
import { attackByWire } from './by-wire.ts';
import { attackSafe, endedVm, first, powersIn, slice, tallyOf } from './through-safe.ts';
import { onGround, patient, type Trial } from './trial.ts';

const cap = 2;

const readHome = (folder: string, files: readonly string[]): string[] => [
  `ls '${folder}'`,
  ...files.map((path) => `cat '${folder}/${path}'`),
  `find '${folder}' -type f -readable | grep .`,
];

/** Of a process, by its id as a shell reads it; to open is enough. */
const readProcess = (pid: string, files: readonly string[]): string[] => [
  ...files.map((file) => `: < /proc/${pid}/${file}`),
  ...['cwd', 'root', 'exe'].map((link) => `readlink /proc/${pid}/${link}`),
  `ls /proc/${pid}/fd`,
  `kill -0 ${pid}`,
];

const memory = ['environ', 'mem', 'maps', 'auxv'];

/** What the agent's user types to read the safe, to end it, or to put something in its place. Each must fail. */
const attempts = (owner: GroundHome, { pid, socket }: ServedSafe): string[] => [
  ...readHome(owner.folder, ['ledger.sqlite', 'keys/agent.json', 'settings.json']),
  // not every system has a stack to show
  ...readProcess(String(pid), [...memory, 'stack']),
  `rm -f '${socket}' && touch '${socket}'`,
  `mv '${socket}' '${socket}.old'`,
  `ls '${socket}/..'`,
  `touch '${socket}.other'`,
  `touch '${owner.folder}/policy.json'`,
];

/** The same about what is its own. Each must succeed: what fails there, too, fails for another reason than being refused. */
const controls = ({ folder }: GroundHome): string[] => [
  ...readHome(folder, ['joined.json']),
  ...readProcess('$$', memory),
  `touch '${folder}/a' && mv '${folder}/a' '${folder}/b' && rm -f '${folder}/b'`,
];

export const twoUsers: Trial = {
  id: 'two-users',
  tried:
    "A safe under an OS user of its own: the agent's OS user tries to read its home, key, ledger, memory and environment, to end it, to take its socket's place, and all that the trial safe tries.",
  claimed: 'It reads nothing of it, changes nothing, and spends nothing above its slice.',
  notClaimed: "Against root, the safe's own user, a bug of the kernel; what a user may do by sudo or docker is for doctor --safe to find.",
  async run(stage) {
    const made = stage.grounds.osUsers(2);
    if ('why' in made) {
      return { outcome: 'not-tried', why: made.why, command: made.rootCan ? 'sudo aleph-agent crash-test two-users' : null };
    }
    const [keeper, thief] = made;
    if (keeper === undefined || thief === undefined) return { outcome: 'not-tried', why: 'no OS users were made', command: null };
    return onGround(stage, async (ground) => {
      const owner = await ground.home('50', keeper);
      const secret = String((JSON.parse(owner.read('keys/agent.json')) as { privateKey: unknown }).privateKey);
      const safe = await owner.serve();
      const { data } = await owner.agreed(`agents add ci ${slice}`);
      const agent = ground.bareHome('ci', thief);
      const joined = await agent.persist('join -', { stdin: String(data['invitation']) });
      const works = await agent.persist(`vm create first --ttl 1h --guest-timer off --request-id ${first.requestId} ${patient}`);
      const does = (text: string): boolean => stage.grounds.asUser(thief, text).exit === 0;
      // where users may make a namespace in which they are root
      const asRoot = (text: string): string[] => (does('unshare -Ur true') ? [`unshare -Ur ${text}`] : []);
      const lines = [...attempts(owner, safe), ...asRoot(`cat '${owner.folder}/keys/agent.json'`)];
      const succeeded = lines.filter(does);
      const own = [...controls(agent), ...asRoot(`cat '${agent.folder}/joined.json'`)];
      const failed = own.filter((text) => !does(text));
      const seen = stage.grounds.asUser(thief, `cat /proc/${safe.pid}/cmdline /proc/${safe.pid}/status`).said;
      await agent.persist('vm create second --ttl 1h --no-wait');
      const before = (await ground.bills(owner.address)).length;
      const inside = await attackSafe(ground.control, agent);
      const byWire = await attackByWire({ grounds: stage.grounds, ground, owner, safe, agent }, first);
      const calls = [...inside.attempts, ...byWire.attempts];
      const sides = { bills: await ground.bills(owner.address), record: owner.record() };
      await safe.close();
      return verdictOf(
        [
          ...succeeded.map((text) => `the agent's user did ${text}`),
          ...(seen.includes(secret.replace(/^0x/, '')) ? ["the key shows in what the system tells of the safe's process"] : []),
          ...powersIn(agent).map((path) => `the agent's home holds ${path}`),
          ...neverTrue(sides),
          ...aboveCap(sides, cap),
          ...endedVm(sides),
          ...aboveMade(sides.bills.length - before, cap - before),
          ...answeredBeyond(calls, cap - before),
        ],
        `${lines.length} attempts to read, end or replace: ${succeeded.length} succeeded, ${own.length - failed.length} of ${own.length} the same about what is its own; calls: ${tallyOf(calls)}; ${standing([sides])}.`,
        [
          ...(works.code === 'ok' ? [] : [`the agent could not work: ${joined.code}, ${works.code}`]),
          ...failed.map((text) => `the agent's user could not even do ${text}`),
          ...unshown(calls),
          ...inside.missed,
          ...byWire.missed,
        ],
      );
    });
  },
};
