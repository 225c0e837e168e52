import type { MakeCall, PluginCall } from './plugin-tool.ts';

/** A question to the person at the host, in OpenCode 1's shape. */
export interface Asked {
  permission: string;
  patterns: string[];
  always: string[];
  metadata: Record<string, unknown>;
}

interface Plan {
  ok: boolean;
  data?: { verdict: string; action: string; cost: { mostUsd: string; usdPerHour: string } | null };
}

/**
 * What the host asks its person before this call: the plan's own figures, and nothing of the agent's words. Where the plan fails or is
 * denied, the tool's answer is what the plan said: a call made all the same could succeed a moment later, and nobody would have been asked.
 */
export const figuresOf = async (permission: string, call: PluginCall, make: MakeCall): Promise<{ asked: Asked } | { answer: string }> => {
  const answer = await make({ ...call, input: { ...call.input, dryRun: true } });
  const { ok, data } = JSON.parse(answer) as Plan;
  if (!ok || data === undefined || data.verdict === 'deny') return { answer };
  const pattern = `${data.action}: ${data.cost === null ? 'an amount that is not known' : `at most ${data.cost.mostUsd} USD`}`;
  return {
    asked: {
      permission,
      patterns: [pattern],
      // whoever says "always" has seen this sum, and no other
      always: [pattern],
      metadata: { action: data.action, verdict: data.verdict, ...data.cost },
    },
  };
};
