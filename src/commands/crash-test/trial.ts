import type { Attempt } from '../../domain/trials/attempts.ts';
import type { Verdict } from '../../domain/trials/verdict.ts';
import type { GroundHome, ProvingGround, ProvingGrounds, RunOptions } from '../../ports/host/proving-ground.ts';

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
export const onGround = async <Result>(
  { grounds, seed }: Stage,
  act: (ground: ProvingGround) => Promise<Result>,
  guests: 'banner' | 'exec' = 'banner',
): Promise<Result> => {
  const ground = await grounds.open({ nodes: usualNodes, seed, guests });
  try {
    return await act(ground);
  } finally {
    await ground.close();
  }
};

const mostTries = 3;

/**
 * A call of an attack, and how it was answered; again where it was neither let through nor refused for what it asks, as a busy machine cannot
 * always read in time.
 */
export const attempt = async (
  home: GroundHome,
  line: string,
  expects: readonly string[],
  { does = line, ...options }: RunOptions & { does?: string } = {},
): Promise<Attempt> => {
  let code = '';
  for (let tries = 0; tries < mostTries && code !== 'ok' && !expects.includes(code); tries += 1) ({ code } = await home.run(line, options));
  return { does, code, expects };
};

/** Waits of the devnet's time: far longer than a boot takes, so that a busy machine does not end them. */
export const patient = '--timeout 30m';

export const hourMs = 3_600_000;
