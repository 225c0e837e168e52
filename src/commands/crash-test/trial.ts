import type { Verdict } from '../../domain/trials/verdict.ts';
import type { ProvingGround, ProvingGrounds } from '../../ports/host/proving-ground.ts';

/** What a trial is given. */
export interface Stage {
  grounds: ProvingGrounds;
  seed: number;
  /** Numbers in [0, 1) of this trial alone. */
  draw(): number;
}

/** An attack on one claim. It is judged by what the network bills, held against what the ledger has. */
export interface Trial {
  id: string;
  /** It wants the whole machine, so nothing else runs meanwhile. */
  alone?: true;
  /** What is done, in one sentence. */
  tried: string;
  /** What must hold then. */
  claimed: string;
  /** What it does not show, or what nothing here stops. */
  notClaimed: string;
  run(stage: Stage): Promise<Verdict>;
}

const usualNodes = 12;

/** A network of its own for one trial. */
export const onGround = async <Result>({ grounds, seed }: Stage, act: (ground: ProvingGround) => Promise<Result>): Promise<Result> => {
  const ground = await grounds.open({ nodes: usualNodes, seed });
  try {
    return await act(ground);
  } finally {
    await ground.close();
  }
};

/** Waits of the devnet's time: far longer than a boot takes, so that a busy machine does not end them. */
export const patient = '--timeout 30m';

export const hourMs = 3_600_000;
