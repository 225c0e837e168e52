import { Failure } from '../../domain/failure/failure.ts';
import type { Judgement } from '../../domain/judge/judge.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { refusal } from './refusal.ts';

/** What was judged once more where the money is committed: what refuses is the failure; `PLAN_MOVED` where it has come to need a person. */
export const requireAllowed = ({ verdict, failing }: Pick<Judgement, 'verdict' | 'failing'>, plan: Plan): void => {
  if (verdict === 'deny') throw refusal(failing, plan);
  if (verdict === 'allow') return;
  throw new Failure('PLAN_MOVED', 'Since the plan was made it has come to need approval. Nothing was sent; make the call again.', {
    checks: failing,
  });
};
