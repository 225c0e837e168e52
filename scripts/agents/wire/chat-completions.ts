import { sendEvents, textOf, type Wire } from './wire.ts';

const head = { id: 'stub', created: 1, model: 'stub' };

/** OpenAI's chat completions, as OpenCode speaks them. */
export const chatCompletions: Wire = {
  path: '/chat/completions',
  tools: ({ tools }) => ((tools ?? []) as { function: { name: string } }[]).map((tool) => ({ name: tool.function.name })),
  results: ({ messages }) =>
    (messages as { role: string; content: unknown }[]).filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
  answer(response, turn, stream) {
    const calls =
      'text' in turn ? [] : [{ id: turn.id, type: 'function', function: { name: turn.tool.name, arguments: JSON.stringify(turn.input) } }];
    const message = 'text' in turn ? { role: 'assistant', content: turn.text } : { role: 'assistant', content: null, tool_calls: calls };
    const finish_reason = 'text' in turn ? 'stop' : 'tool_calls';
    if (!stream) {
      const whole = { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
      return;
    }
    const delta = calls.length === 0 ? message : { ...message, tool_calls: calls.map((call, index) => ({ index, ...call })) };
    const chunk = (choice: object) => ({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] });
    sendEvents(response, [chunk({ delta, finish_reason: null }), chunk({ delta: {}, finish_reason })], false);
  },
};
