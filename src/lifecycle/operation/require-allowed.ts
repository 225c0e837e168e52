import { Failure } from '../../domain/failure/failure.ts';
import type { Judgement } from '../../domain/judge/judge.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { refusal } from './refusal.ts';

/**
 * Throws unless the second judgement, made where the money is committed, still allows the plan: the refusal where it denies, `PLAN_MOVED`
 * where the plan has come to need a person.
 */
export const requireAllowed = ({ verdict, failing }: Pick<Judgement, 'verdict' | 'failing'>, plan: Plan): void => {
  if (verdict === 'deny') throw refusal(failing, plan);
  if (verdict === 'allow') return;
  throw new Failure('PLAN_MOVED', 'Since the plan was made it has come to need approval. Nothing was sent; make the call again.', {
    checks: failing,
  });
};
