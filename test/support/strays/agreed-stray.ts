import type { DevnetWorld } from '../devnet/devnet-world.ts';
import { approveAs, secretOf, unmarkedVm } from './unmarked-vm.ts';

/** The id of a VM that another client made with this key, and to whose adoption a person has agreed. */
export const agreedStray = async ({ devnet, now, folder, must, run }: DevnetWorld, key: string): Promise<string> => {
  const owner = { ccn: devnet.data.endpoints.ccns[0]!, privateKey: secretOf(folder, key), now: await now() };
  const stray = await unmarkedVm(owner, devnet.data.crns[0]!.hash);
  await must('devnet clock advance 3m');
  const asked = await run(`vm adopt ${stray} --json`);
  approveAs(folder, String(asked.document().error.facts['approval']));
  return stray;
};
