/** One answer that a person may choose, as columns to show and as the inputs that it stands for. */
export interface Choice {
  cells: readonly string[];
  /** What the choice leads to, shown while it is highlighted. */
  about?: string;
  /** Texts by input key, as if typed; empty where the defaults will do. */
  gives: Readonly<Record<string, string>>;
  /** In a few words why the choice cannot be taken, shown in place of the cells that it lacks; absent where it can. */
  unavailable?: string;
}

/** A question as data; the surface that asks it decides how. */
export interface Question {
  message: string;
  /** Heads of the choices' columns. */
  head: readonly string[];
  /** Those of them that a narrow terminal can do without. */
  goFirst?: readonly string[] | undefined;
  choices: readonly Choice[];
  /** Index of the choice that is highlighted first. */
  start: number;
}

/** Asks the person at the terminal. */
export interface Asker {
  /** Lets the person choose an answer to a question. */
  choose(question: Question): Promise<Choice>;
  /** Asks for a value; resolves with the text as typed. */
  answer(question: string, options: { choices: readonly string[] | null }): Promise<string>;
}

/** Questions one after the other, each made from the choices before. */
export type Walk = AsyncGenerator<Question, void, Choice>;
