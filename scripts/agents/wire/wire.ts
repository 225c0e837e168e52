import type { ServerResponse } from 'node:http';

/** A tool that a client offers to its model. */
export interface Offered {
  name: string;
  /** Where names are within groups. */
  namespace?: string;
}

/** What the model does: it calls a tool, or speaks. */
export type Turn = { id: string; tool: Offered; input: object } | { text: string };

/** One of the ways in which clients speak to models. */
export interface Wire {
  /** How its path ends. */
  path: string;
  tools(body: Record<string, unknown>): Offered[];
  /** What the tools answered so far. */
  results(body: Record<string, unknown>): string[];
  answer(response: ServerResponse, turn: Turn, stream: boolean): void;
}

/** Texts within content that is a text, or a list of parts. */
export const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return JSON.stringify(content ?? '');
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : JSON.stringify(part))).join('\n');
};

/** Sends events; `named`: each with the name of its type. */
export const sendEvents = (response: ServerResponse, events: readonly object[], named: boolean): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of events)
    response.write(`${named && 'type' in event ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
  response.end(named ? '' : 'data: [DONE]\n\n');
};
