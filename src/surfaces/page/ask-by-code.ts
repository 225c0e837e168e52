import type { Consenter } from '../../contract/declare/door.ts';
import type { AnyPlan } from '../../domain/plan/plan.ts';
import type { PageDoor } from '../page-door.ts';

/** How long a code is good, ms. */
const codeMs = 120_000;

/** How often one may be mistyped. */
const tries = 3;

/** So many wrong ones in a row, whatever they were for, and the page approves nothing more: who guesses has no further tries. */
const mostWrong = 9;

/** What the page is told of a question. */
export interface Asked {
  approval: string;
  /** Milliseconds since the epoch. */
  until: number;
}

interface Question extends Asked {
  code: string;
  left: number;
  settle(agreed: boolean): void;
}

/**
 * Asks the person at the terminal by six digits: they stand there, beside the plan that is approved, and are typed into the page. Who has
 * the page alone approves nothing with it, and a code is good for the plan that it was shown with.
 */
export const askByCode = (
  { say, present, code, now, pause }: Pick<PageDoor, 'say' | 'present' | 'code' | 'now' | 'pause'>,
  /** Hears what is asked; null once nothing is any more. */
  hear: (asked: Asked | null) => void,
) => {
  let open: Question | null = null;
  let wrong = 0;
  const close = (question: Question, agreed: boolean, words: string): void => {
    if (open !== question) return;
    open = null;
    say(words);
    hear(null);
    question.settle(agreed);
  };
  return {
    /** What is asked now. */
    open: (): Asked | null => (open === null ? null : { approval: open.approval, until: open.until }),
    /** Nothing more is asked. */
    isWornOut: () => wrong >= mostWrong,
    /** Whoever is asked about this approval. */
    person(approval: string): Consenter {
      const ask = (plan: AnyPlan): Promise<boolean> => {
        if (open !== null) return Promise.resolve(false);
        return new Promise((settle) => {
          const question = { approval, until: now() + codeMs, code: code(), left: tries, settle };
          open = question;
          const digits = `${question.code.slice(0, 3)} ${question.code.slice(3)}`;
          say(
            `\nThe page wants ${approval} approved:\n\n${present(plan)}\n\nType ${digits} there to approve exactly this, within two minutes.`,
          );
          hear({ approval, until: question.until });
          void pause(codeMs).then(() => close(question, false, `${approval} was not approved: no code came.`));
        });
      };
      return { confirm: ask, approve: ask };
    },
    /** Takes what was typed for the approval. `none`: no code was asked for, or its time is over. */
    answer(approval: string, typed: string): 'agreed' | 'wrong' | 'none' {
      const question = open;
      if (question === null || question.approval !== approval || now() >= question.until) return 'none';
      if (typed.replace(/\D/g, '') === question.code) {
        wrong = 0;
        close(question, true, `${approval} is being approved.`);
        return 'agreed';
      }
      wrong += 1;
      question.left -= 1;
      if (question.left === 0) close(question, false, `${approval} was not approved: the code was mistyped ${tries} times.`);
      return 'wrong';
    },
    /** Takes the question about this approval back, where it is open. */
    withdraw(approval: string): void {
      if (open !== null && open.approval === approval) close(open, false, `${approval} was not approved.`);
    },
  };
};
