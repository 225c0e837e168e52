import { sendEvents, textOf, type Wire } from './wire.ts';

interface Part {
  type: string;
  content?: unknown;
}

/** Anthropic's messages, as Claude Code speaks them. */
export const messages: Wire = {
  path: '/messages',
  tools: ({ tools }) => ((tools ?? []) as { name: string }[]).map(({ name }) => ({ name })),
  results: (body) =>
    (body['messages'] as { content: string | Part[] }[])
      .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
      .filter(({ type }) => type === 'tool_result')
      .map(({ content }) => textOf(content)),
  answer(response, turn, stream) {
    const block =
      'text' in turn
        ? { type: 'text', text: turn.text }
        : { type: 'tool_use', id: `toolu_${turn.id}`, name: turn.tool.name, input: turn.input };
    const stop_reason = 'text' in turn ? 'end_turn' : 'tool_use';
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: 'msg_stub', type: 'message', role: 'assistant', model: 'stub', stop_sequence: null, usage };
    if (!stream) {
      const whole = { ...message, content: [block], stop_reason };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
      return;
    }
    const delta =
      'text' in turn ? { type: 'text_delta', text: turn.text } : { type: 'input_json_delta', partial_json: JSON.stringify(turn.input) };
    const begun = 'text' in turn ? { ...block, text: '' } : { ...block, input: {} };
    const events = [
      { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: begun },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
      { type: 'message_stop' },
    ];
    sendEvents(response, events, true);
  },
};
