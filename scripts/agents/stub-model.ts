import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatCompletions } from './wire/chat-completions.ts';
import { messages } from './wire/messages.ts';
import { responses } from './wire/responses.ts';
import type { Offered, Turn, Wire } from './wire/wire.ts';

/** A call that the model makes: of the tool whose name ends so, whatever its client puts before it. */
export interface Step {
  tool: string;
  input: object;
}

export interface StubModel {
  /** Without a path. */
  url: string;
  /** Begins a conversation anew. */
  play(steps: readonly Step[]): void;
  /** Names of the tools that were offered with the play. */
  offered(): string[];
  /** What the tools answered, as the model was told it. */
  results(): string[];
  close(): void;
}

const wires: readonly Wire[] = [chatCompletions, messages, responses];

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
};

/**
 * A model that thinks nothing: it makes the calls of its play, one after the other, and says "done". On this machine's loopback, in the three
 * ways in which clients speak to models.
 */
export const stubModel = async (): Promise<StubModel> => {
  let steps: readonly Step[] = [];
  let offered: string[] = [];
  let results: string[] = [];

  const turnOf = (tools: readonly Offered[], answers: readonly string[]): Turn => {
    // whoever offers none of the play's tools asks for a title, or the like
    if (offered.length === 0) offered = tools.map(({ name }) => name);
    const ours = tools.filter(({ name }) => steps.some(({ tool }) => name.endsWith(tool)));
    if (ours.length === 0) return { text: 'a title' };
    offered = tools.map(({ name }) => name);
    results = [...answers];
    const step = steps[answers.length];
    const tool = step === undefined ? undefined : ours.find(({ name }) => name.endsWith(step.tool));
    return step === undefined || tool === undefined ? { text: 'done' } : { id: `call_${answers.length}`, tool, input: step.input };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://stub').pathname;
    const wire = wires.find((each) => path.endsWith(each.path));
    const body = await bodyOf(request);
    if (request.method !== 'POST' || wire === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [], models: [], input_tokens: 1 }));
      return;
    }
    wire.answer(response, turnOf(wire.tools(body), wire.results(body)), body['stream'] === true);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(next) {
      [steps, offered, results] = [next, [], []];
    },
    offered: () => offered,
    results: () => results,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
