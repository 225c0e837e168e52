import { type Attempt, aboveMade } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome, ProvingGround } from '../../ports/host/proving-ground.ts';
import { type Edit, namedEdit, openEdit, refusedEdits } from './edits.ts';
import { onGround, patient, type Trial } from './trial.ts';

const ledgerFiles = ['', '-wal', '-shm'].map((end) => `ledger.sqlite${end}`);

/** A home that has as many VMs as it may. */
const fullHome = async (ground: ProvingGround): Promise<{ home: GroundHome; older: GroundHome }> => {
  const home = await ground.home('50');
  await home.agreed('policy set --max-vms 2');
  await home.agreed(`vm create one --ttl 1h --guest-timer off ${patient}`);
  const older = home.copy();
  await home.agreed('vm create two --ttl 1h --no-wait');
  return { home, older };
};

const attempt = async (home: GroundHome, { does, statements, line }: Edit): Promise<Attempt> => ({
  does,
  // what the file itself refuses is not done
  code: home.edit(...statements) ? (await home.run(line)).code : 'refused by the file',
});

export const editedLedger: Trial = {
  id: 'edited-ledger',
  tried: `Local mode: who can write the ledger's file edits it in ${refusedEdits.length + 1} ways, deletes it, puts an older copy back, then calls for one VM above the cap, or for hours above the threshold.`,
  claimed:
    'What contradicts signed messages, the trail or the network gains nothing; what gets through all the same is named by ledger verify.',
  notClaimed:
    'That a process of the same OS user is stopped: it grants its own approval, marks a VM as ended just now, or uses the key with another program. A safe or a small allowance stops that.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const { home, older } = await fullHome(ground);
      const made = async (): Promise<number> => (await ground.bills(home.address)).length;
      const before = await made();
      const attempts: Attempt[] = [];
      for (const edit of refusedEdits) attempts.push(await attempt(home.copy(), edit));
      const deleted = home.copy();
      for (const file of ledgerFiles) deleted.lose(file);
      const more = namedEdit.line;
      attempts.push({ does: 'ledger deleted', code: (await deleted.run(more)).code });
      attempts.push({ does: 'an older copy put back', code: (await older.run(more)).code });
      const refused = (await made()) - before;
      const named = home.copy();
      const passed = await attempt(named, namedEdit);
      const verified = (await named.run('ledger verify')).code;
      const other = await ground.home('50');
      await other.run(openEdit.line);
      const open = await attempt(other, openEdit);
      return verdictOf(
        [
          ...attempts.filter(({ code }) => code === 'ok').map(({ does }) => `${does}: the call got through`),
          ...aboveMade(refused, 0),
          ...(passed.code === 'ok' && verified === 'ok' ? [`${passed.does}: the call got through, and ledger verify names nothing`] : []),
        ],
        `${attempts.map(({ does, code }) => `${does}: ${code}`).join('; ')}. Of what is not claimed: ${passed.does}: ${passed.code}, ledger verify: ${verified}; ${open.does}: ${open.code}.`,
        // an edit that nothing stops: the editor writes, and the program goes by what it wrote
        open.code === 'ok' ? [] : [`the edit that must get through (${open.does}) ended with ${open.code}`],
      );
    }),
};
