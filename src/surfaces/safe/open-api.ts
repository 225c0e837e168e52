import type { Described } from '../../contract/declare/describe.ts';
import type { InputField } from '../../contract/declare/input-fields.ts';
import { bySafe, isLocalInput, isOnWire } from '../../contract/declare/wire.ts';
import type { SafeDoor } from '../safe-door.ts';

type Schema = Record<string, unknown>;

const schemaOf = ({ type, choices, minimum, maximum }: InputField): Schema => ({
  type,
  ...(choices === null ? {} : { enum: choices }),
  ...(minimum === null ? {} : { minimum }),
  ...(maximum === null ? {} : { maximum }),
});

const inputOf = ({ inputs }: Described): Schema => {
  const fields = inputs.filter((field) => !isLocalInput(field));
  return {
    type: 'object',
    additionalProperties: false,
    required: fields.filter(({ required }) => required).map(({ key }) => key),
    properties: Object.fromEntries(
      fields.map((field) => [
        field.key,
        { ...(field.many ? { type: 'array', items: schemaOf(field) } : schemaOf(field)), description: field.description },
      ]),
    ),
  };
};

const options: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dryRun: { type: 'boolean' },
    approval: { type: 'string' },
    purpose: { type: 'string' },
    task: { type: 'string' },
    timeoutSeconds: { type: 'number', exclusiveMinimum: 0 },
  },
};

const answers: Schema = Object.fromEntries(
  ['200', '202', '400', '401', '402', '403', '404', '409', '429', '503'].map((status) => [
    status,
    { description: 'The document that the same line prints with --json', content: { 'application/json': { schema: { type: 'object' } } } },
  ]),
);

/** The wire as OpenAPI 3.1, from the commands that some agent may call. It holds no secret and needs no token. */
export const openApi = ({ commands, version }: Pick<SafeDoor, 'commands' | 'version'>): Schema => ({
  openapi: '3.1.0',
  info: { title: 'aleph-agent safe', version },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  security: [{ token: [] }],
  paths: {
    '/mcp': { post: { summary: 'MCP, without sessions: each request has its token', responses: answers } },
    '/v1/health': { get: { summary: 'Which version answers here, and since when', security: [], responses: answers } },
    '/v1/whoami': { get: { summary: 'Who this token is, and what it may do', responses: answers } },
    '/v1/join': {
      post: {
        summary: 'Joins by an invitation, once',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { type: 'object', required: ['code', 'token'], properties: { code: { type: 'string' }, token: { type: 'string' } } },
            },
          },
        },
        responses: answers,
      },
    },
    '/v1/call': {
      post: {
        summary: 'Makes a call; with Accept: application/x-ndjson its phases come first',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                oneOf: commands
                  .filter(({ name }) => isOnWire(name) || name === bySafe)
                  .map((command) => ({
                    title: command.name,
                    description: command.summary,
                    type: 'object',
                    additionalProperties: false,
                    required: ['command'],
                    properties: {
                      command: { const: command.name },
                      input: inputOf(command),
                      options,
                      id: { type: 'string', description: 'Random: the same id never runs twice' },
                      registry: { type: 'string' },
                      sshKey: { type: 'string', description: "The agent's SSH public key, type and base64" },
                    },
                  })),
              },
            },
          },
        },
        responses: answers,
      },
    },
  },
});
