import type { AlephHome, DevnetProcess } from '../../test/support/devnet/devnet-process.ts';
import type { EndState } from './end-state.ts';

/** What a task starts from: a devnet of its own, and the agent's home on it. */
export interface World {
  devnet: DevnetProcess;
  home: AlephHome;
  /** Where the agent works. */
  work: string;
}

/** One thing to do, as data: what the agent is told, what is there before, and how the devnet must stand afterwards. */
export interface Task<Given = unknown> {
  /** kebab-case */
  id: string;
  /** All that the agent is told of it. */
  prompt: string;
  /** What the account holds; 10 without it. */
  usd?: string;
  /** More of the agent's environment. */
  env?: Readonly<Record<string, string>>;
  /** Prepares the world before the agent comes; what it returns is for `problems`. */
  given(world: World): Promise<Given>;
  /** What is wrong with how it ended, one sentence each; none where the task was done. Never looks at the agent's words. */
  problems(end: EndState, given: Given): string[];
}

/** Lets each task have a `Given` of its own. */
export const task = <Given>(one: Task<Given>): Task => one as Task;
