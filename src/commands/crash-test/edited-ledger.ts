import { type Attempt, answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveMade } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome, ProvingGround } from '../../ports/host/proving-ground.ts';
import {
  type Edit,
  editsOfBurn,
  editsOfCount,
  editsOfGuard,
  longer,
  more,
  namedEdit,
  openEdit,
  refusedByBurn,
  refusedByCount,
  refusedByGuard,
} from './edits.ts';
import { attempt, onGround, patient, type Trial } from './trial.ts';

const ledgerFiles = ['', '-wal', '-shm'].map((end) => `ledger.sqlite${end}`);

export const loseLedger = (home: GroundHome): void => ledgerFiles.forEach(home.lose);

/** Edits the ledger of a home, then calls; a file that takes no edit is no refusal of the program's. */
export const editAndCall = async (home: GroundHome, { does, statements, line, expects }: Edit): Promise<Attempt> =>
  home.edit(...statements) === 0 ? { does, code: 'no row changed', expects } : attempt(home, line, expects, { does });

/** A home that has as many VMs as it may, and its ledger as it was with one less. */
const fullHome = async (ground: ProvingGround): Promise<{ count: GroundHome; older: GroundHome }> => {
  const count = await ground.home('50');
  await count.agreed('policy set --max-vms 2');
  await count.agreed(`vm create one --ttl 1h --guest-timer off ${patient}`);
  const older = count.copy();
  await count.agreed('vm create two --ttl 1h --no-wait');
  return { count, older };
};

/** A home with one VM that another limit keeps from a second one, and how that was answered before the limit was lowered. */
const homeAt = async (ground: ProvingGround, limit: string): Promise<{ home: GroundHome; allowed: string }> => {
  const home = await ground.home('50');
  await home.agreed('vm create one --ttl 1h --no-wait');
  const allowed = (await home.persist(`${more} --dry-run`)).code;
  await home.agreed(`policy set ${limit}`);
  return { home, allowed };
};

const edits = [...editsOfCount, ...editsOfBurn, ...editsOfGuard].length + 1;

export const editedLedger: Trial = {
  id: 'edited-ledger',
  tried: `Local mode, no approver: who can write the ledger's file edits it in ${edits} ways, deletes it, puts an older copy back, then calls for one VM above the limit of VMs at once, of burn or of the balance that stays, or for hours above the threshold.`,
  claimed:
    'What contradicts signed messages, the trail or the network gains nothing; what gets through all the same is named by ledger verify.',
  notClaimed:
    'That a process of the same OS user is stopped: it grants its own approval, marks a VM as ended just now, or uses the key with another program. A safe or a small allowance stops that.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const { count, older } = await fullHome(ground);
      const [{ home: burn, ...atBurn }, { home: guard, ...atGuard }] = [
        await homeAt(ground, '--max-burn 0.02'),
        await homeAt(ground, '--balance-guard 100'),
      ];
      const made = async (): Promise<number> =>
        (await Promise.all([count, burn, guard].map(({ address }) => ground.bills(address)))).flat().length;
      const before = await made();
      const unedited = [
        await attempt(count, more, refusedByCount, { does: 'unedited, one VM more' }),
        await attempt(burn, more, refusedByBurn, { does: 'unedited, more burn' }),
        await attempt(guard, more, refusedByGuard, { does: 'unedited, less balance' }),
      ];
      const attempts: Attempt[] = [];
      for (const [at, all] of [
        [count, editsOfCount],
        [burn, editsOfBurn],
        [guard, editsOfGuard],
      ] as const)
        for (const edit of all) attempts.push(await editAndCall(at.copy(), edit));
      const deleted = count.copy();
      loseLedger(deleted);
      attempts.push(await attempt(deleted, more, ['LEDGER_OTHER'], { does: 'ledger deleted' }));
      attempts.push(await attempt(older, more, ['LEDGER_ROLLED_BACK'], { does: 'an older copy put back' }));
      const refused = (await made()) - before;
      const shorter = await count.persist(`${longer.replace('7h', '6h')} --dry-run`);
      const named = count.copy();
      const passed = await editAndCall(named, namedEdit);
      const verified = (await named.run('ledger verify')).code;
      const other = await ground.home('50');
      await other.run(openEdit.line);
      const open = await editAndCall(other, openEdit);
      return verdictOf(
        [
          ...answeredBeyond([...unedited, ...attempts], 0),
          ...aboveMade(refused, 0),
          ...(passed.code === 'ok' && verified !== 'LEDGER_BROKEN'
            ? [`${passed.does}: the call got through, and ledger verify says ${verified}`]
            : []),
        ],
        `${[...unedited, ...attempts].map(({ does, code }) => `${does}: ${code}`).join('; ')}. Of what is not claimed: ${passed.does}: ${passed.code}, ledger verify: ${verified}; ${open.does}: ${open.code}.`,
        [
          ...unshown([...unedited, ...attempts]),
          ...(passed.code === 'ok' ? [] : unshown([passed])),
          ...[atBurn.allowed, atGuard.allowed]
            .filter((code) => code !== 'ok')
            .map((code) => `before a limit was lowered, one VM more was refused with ${code}`),
          ...(shorter.code === 'ok' ? [] : [`an extension by an hour less is refused with ${shorter.code}`]),
          // an edit that nothing stops: the editor writes, and the program goes by what it wrote
          ...(open.code === 'ok' ? [] : [`the edit that must get through (${open.does}) ended with ${open.code}`]),
        ],
      );
    }),
};
