import { type Offered, sendEvents, textOf, type Wire } from './wire.ts';

interface OfferedItem {
  type: string;
  name?: string;
  tools?: OfferedItem[];
}

/** Tools, those of groups with the group's name. */
const flat = (items: readonly OfferedItem[], namespace: string | null): Offered[] =>
  items.flatMap(({ type, name = '', tools }) => {
    if (type === 'namespace') return flat(tools ?? [], name);
    return [namespace === null ? { name } : { name, namespace }];
  });

/** OpenAI's responses, as Codex speaks them; it streams always. */
export const responses: Wire = {
  path: '/responses',
  tools: ({ tools }) => flat((tools ?? []) as OfferedItem[], null),
  results: ({ input }) =>
    (input as { type: string; output?: unknown }[])
      .filter(({ type }) => type === 'function_call_output')
      .map(({ output }) => textOf(output)),
  answer(response, turn) {
    const item =
      'text' in turn
        ? {
            type: 'message',
            id: 'msg_stub',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.text, annotations: [] }],
          }
        : {
            type: 'function_call',
            id: `fc_${turn.id}`,
            call_id: turn.id,
            ...turn.tool,
            arguments: JSON.stringify(turn.input),
            status: 'completed',
          };
    const usage = { input_tokens: 1, input_tokens_details: null, output_tokens: 1, output_tokens_details: null, total_tokens: 2 };
    const events = [
      { type: 'response.created', response: { id: 'resp_stub' } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { id: 'resp_stub', output: [item], usage } },
    ];
    sendEvents(response, events, true);
  },
};
