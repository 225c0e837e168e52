/** One answer that a person may choose: what it says in columns, and what it gives as inputs, as typed. */
export interface Choice {
  cells: readonly string[];
  /** What follows from it, shown while it is looked at. */
  about?: string;
  /** Input keys with their text; none where a default will do. */
  gives: Readonly<Record<string, string>>;
  /** Why it cannot be chosen. */
  unavailable?: string;
}

/** A question as data: whoever asks it decides how. */
export interface Question {
  message: string;
  /** Over the columns of the choices. */
  head: readonly string[];
  choices: readonly Choice[];
  /** Index of the choice to begin with. */
  start: number;
}

/** Questions one after the other, each made with what was chosen before. */
export type Walk = AsyncGenerator<Question, void, Choice>;
