import { type Attempt, answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveMade, neverTrue } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome, ProvingGround } from '../../ports/host/proving-ground.ts';
import { big, editsOfApprover, editsOfFreeze, grantByHand, laterExpiry, other, small } from './approver-edits.ts';
import { editAndCall, loseLedger } from './edited-ledger.ts';
import { attempt, onGround, patient, type Trial } from './trial.ts';

interface Signer {
  address: string;
  sign(request: string): Promise<string>;
}

/** A key that signs approvals, in a home of its own. */
const signer = async (ground: ProvingGround, name: string): Promise<Signer> => {
  const home = ground.bareHome(name);
  home.put('passphrase', 'of a trial, and of nothing else\n');
  const own = `--network devnet --passphrase-file ${home.folder}/passphrase`;
  const made = await home.agreed(`keys create ${name} --approver ${own}`);
  return {
    address: String(made.data['address']),
    sign: async (request) => String((await home.persist(`approve --request - --yes ${own}`, { stdin: request })).data['signature']),
  };
};

const approvalOf = async (home: GroundHome, line: string): Promise<string> => String((await home.persist(line)).facts['approval']);
const requestOf = async (home: GroundHome, id: string): Promise<string> => (await home.persist(`approve ${id} --show`)).said;

/** What the agent types, signs and edits, while `id` waits for the approver. */
const attackApprover = async (home: GroundHome, id: string, boss: Signer, own: Signer): Promise<Attempt[]> => {
  const signature = await own.sign(await requestOf(home, id));
  const fitting = await boss.sign(await requestOf(home, await approvalOf(home, other)));
  const attempts = [
    await attempt(home, `${big} --yes --approval ${id}`, ['APPROVAL_NEEDED'], { does: 'yes to itself' }),
    await attempt(home, `approve ${id} --yes`, ['POLICY_REFUSED'], { does: 'approved by what is typed' }),
    await attempt(home, `approve ${id} --signature ${signature}`, ['SIGNATURE_UNFIT'], { does: 'its own signature' }),
    await attempt(home, `approve ${id} --signature ${fitting}`, ['SIGNATURE_UNFIT'], {
      does: "the approver's signature under another request",
    }),
    await attempt(home, 'policy set --ask-above 1 --yes', ['APPROVAL_NEEDED'], { does: 'threshold raised' }),
    await attempt(home, `policy approver set ${own.address} --yes`, ['APPROVAL_NEEDED'], { does: 'itself named the approver' }),
    await attempt(home, 'policy approver remove --yes', ['APPROVAL_NEEDED'], { does: 'the approver removed' }),
  ];
  const edits = editsOfApprover({ approval: id, approver: boss.address, own: own.address, signature });
  for (const edit of edits) attempts.push(await editAndCall(home.copy(), edit));
  const dismissed = home.copy();
  dismissed.dismissApprover();
  attempts.push(await attempt(dismissed, small, ['LEDGER_BROKEN'], { does: 'two rows that dismiss the approver, chained by the rule' }));
  const anew = home.copy();
  loseLedger(anew);
  await anew.persist('ledger take-over');
  const takeOver = { does: 'ledger deleted, take-over granted by hand', statements: [grantByHand], line: 'ledger take-over' };
  attempts.push(await editAndCall(anew, { ...takeOver, expects: ['APPROVAL_EXPIRED', 'APPROVAL_NEEDED'] }));
  attempts.push(await attempt(anew, small, ['LEDGER_OTHER'], { does: 'a VM by that ledger' }));
  const extended = home.copy();
  const longer = await approvalOf(extended, 'vm extend one --by 8h');
  const show = { does: 'an extension by ten hours more than was asked for, shown to sign', line: `approve ${longer} --show` };
  attempts.push(await editAndCall(extended, { ...show, statements: [laterExpiry(longer)], expects: ['PLAN_MOVED'] }));
  return attempts;
};

/** The same while all is frozen. */
const attackFreeze = async (home: GroundHome): Promise<Attempt[]> => {
  const attempts = [
    await attempt(home, small, ['FROZEN'], { does: 'frozen: a VM' }),
    await attempt(home, 'vm extend one --by 1h', ['FROZEN'], { does: 'frozen: an extension' }),
    await attempt(home, 'thaw --yes', ['APPROVAL_NEEDED'], { does: 'frozen: yes to a thaw' }),
  ];
  for (const edit of editsOfFreeze) attempts.push(await editAndCall(home.copy(), edit));
  return attempts;
};

export const approver: Trial = {
  id: 'approver',
  tried:
    'A key in another home approves. The agent asks for a VM above the threshold, agrees with itself, signs with a key of its own, brings a signature for something else, names another approver, edits approvals, policy, trail and an extension, deletes the ledger; then somebody freezes, and it goes on, thaws and edits the freeze.',
  claimed:
    'Without the signature of the approver over this very request nothing above the threshold is spent, no limit is raised, the approver stays and a freeze does not end; with it the same call creates.',
  notClaimed:
    "A process of the same OS user that reads the account's key and uses another program, or changes this one: only a safe and a small allowance stop that.",
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      const [boss, own] = [await signer(ground, 'boss'), await signer(ground, 'own')];
      await home.appoint(boss.address, boss.sign);
      const first = await home.persist(`vm create one --ttl 1h --guest-timer off ${patient}`);
      const signed = async (line: string): Promise<string> => {
        const id = await approvalOf(home, line);
        await home.persist(`approve ${id} --signature ${await boss.sign(await requestOf(home, id))}`);
        return (await home.persist(line)).code;
      };
      const id = await approvalOf(home, big);
      const attempts = await attackApprover(home, id, boss, own);
      await home.persist('freeze');
      attempts.push(...(await attackFreeze(home)));
      const made = (await ground.bills(home.address)).length - 1;
      const [thawed, created] = [await signed('thaw'), await signed(big)];
      const sides = { bills: await ground.bills(home.address), record: home.record() };
      return verdictOf(
        [...answeredBeyond(attempts, 0), ...aboveMade(made, 0), ...neverTrue(sides)],
        `${attempts.map(({ does, code }) => `${does}: ${code}`).join('; ')}; with the approver's signature: thaw ${thawed}, the VM ${created}.`,
        [
          ...unshown(attempts),
          ...(first.code === 'ok' ? [] : [`below the threshold a create ended with ${first.code}`]),
          ...[thawed, created].filter((code) => code !== 'ok').map((code) => `what the approver had signed ended with ${code}`),
        ],
      );
    }),
};
