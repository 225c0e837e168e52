import { aboveCap, liveRows, neverTrue, standing } from '../../domain/trials/judge-sides.ts';
import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { onGround, type Trial } from './trial.ts';

const processes = 50;
const cap = 2;
/** Of those who come after, where the machine was too busy for the cap to stop anybody. */
const further = 12;
const mostWaves = 4;

export const atOnce: Trial = {
  id: 'at-once',
  tried: `${processes} processes create a VM at once, on one ledger, under a cap of ${cap} VMs.`,
  alone: true,
  claimed: 'No more VMs than the cap, each of them on record, and no money held for another.',
  notClaimed: 'What a process does that reads the key and talks to the network with another program.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      await home.agreed(`policy set --max-vms ${cap}`);
      const codes: string[] = [];
      for (let wave = 0; wave < mostWaves && !codes.includes('TOO_MANY_VMS'); wave += 1) {
        const names = Array.from({ length: wave === 0 ? processes : further }, (_, nth) => `w${wave}n${nth}`);
        const runs = await Promise.all(names.map((name) => home.run(`vm create ${name} --ttl 2h --no-wait`)));
        codes.push(...runs.map(({ code }) => code));
      }
      const sides = { bills: await ground.bills(home.address), record: home.record() };
      const live = liveRows(sides.record);
      const made = codes.filter((code) => code === 'ok').length;
      const held = sides.record.vms.filter((vm) => !live.includes(vm) && vm.hold > 0n);
      return verdictOf(
        [
          ...neverTrue(sides),
          ...aboveCap(sides, cap),
          ...(made > cap ? [`${made} processes were told that they had made one`] : []),
          ...held.map(({ name, hold }) => `${hold} credits are held for ${name}, which is none`),
        ],
        `${codes.length} processes: ${tally(codes)}; ${standing([sides])}.`,
        [...(made > 0 ? [] : ['no process made a VM']), ...(codes.includes('TOO_MANY_VMS') ? [] : ['the cap was never what stopped one'])],
      );
    }),
};
