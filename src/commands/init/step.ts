import type { AnsweredDocument, Order } from '../../contract/declare/door.ts';
import type { Asker } from '../../contract/declare/question.ts';
import type { ClientName } from '../../domain/clients/clients.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';
import type { EarlierTool } from './earlier-tool.ts';

/** Whose credits the agent spends. */
export const models = ['allowance', 'own', 'delegated'] as const;

/** What is wished of the setup, by flags or by answers. */
export interface Wish {
  model: (typeof models)[number];
  key?: string | undefined;
  unencrypted: boolean;
  backup?: string | undefined;
  approver?: string | undefined;
  owner?: string | undefined;
  maxVms?: number | undefined;
  maxDay?: string | undefined;
  maxTotal?: string | undefined;
  askAbove?: string | undefined;
  reaper: boolean;
  clients: readonly ClientName[];
  takeEarlier: boolean;
}

export interface World {
  wish: Wish;
  /** Calls a command with nobody to ask: the document that it prints with --json --full. */
  call(command: string, input?: Order['input'], dryRun?: boolean): Promise<AnsweredDocument>;
  /** The key with which all calls are made, as the keys stand now; null for none. */
  key(): KeyEntry | null;
  network: string;
  now(): number;
  earlier: EarlierTool;
  /** Clients that were started on this machine. */
  clients: readonly ClientName[];
}

/** How a step stands. */
export interface Standing {
  done: boolean;
  says: string;
  /** The calls that make it done, as far as the wish tells; none where somebody else has to. */
  orders: readonly Order[];
  /** A call that changes nothing and shows a person what is missing. */
  show?: Order;
  /** A person is asked although it is done. */
  offer?: boolean;
  /** Nothing is missing where it is left out. */
  optional?: true;
}

/** A step of the setup. It looks before it does anything, so that the setup can be repeated; everything that it does, a command does. */
export interface Step {
  name: string;
  /** null: the step is not for this setup. */
  look(world: World): Promise<Standing | null>;
  /** Asks a person for what the wish leaves open. */
  ask?(world: World, asker: Asker): Promise<Partial<Wish>>;
}
