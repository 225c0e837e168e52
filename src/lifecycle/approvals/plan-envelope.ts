import type { Check } from '../../domain/failure/failure.ts';
import { usd } from '../../domain/money/money.ts';
import { type Envelope, envelopeText } from '../../domain/plan/envelope.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import { payerOf } from '../operation/payer-of.ts';

/** Plans an envelope for VMs that the caller's payer pays, to be approved once. Anybody may ask for one; it counts from its grant on, without repeating the command. */
export const planEnvelope = async (
  context: ReadContext,
  envelope: Envelope,
  argumentsDigest: string,
): Promise<Plan<'approve envelope'>> => {
  const { address: account } = context.keys.current(context.network);
  const payer = await payerOf(context, account);
  const what = `${envelopeText(envelope)}${payer === account ? '' : `, paid by ${payer}`}`;
  const most = usd(BigInt(envelope.credits));
  const terms = { network: context.network, account, payer, action: 'approve envelope', arguments: argumentsDigest, envelope };
  const failing: Check = {
    code: 'APPROVAL_NEEDED',
    figure: most,
    limit: '0',
    message: `${what}: that needs approval.`,
  };
  return makePlan(context.clock.now(), {
    action: 'approve envelope',
    terms,
    subject: { how: 'envelope', envelope },
    verdict: 'approve',
    failing: [failing],
    checks: [{ ...failing, ok: false }],
    summary: `${what}, without asking each time.`,
  });
};
