import { describe, expect, it } from 'vitest';
import { invitationText, invitedTo, readInvitation } from '../../../src/domain/agents/invitation.ts';

const code = 'ab'.repeat(20);
const overSocket = { url: 'unix:/run/aleph-agent/agents.sock', pin: null, uid: 990, agent: 'ci', code };
const overTls = { url: 'https://safe.example:8443', pin: 'cd'.repeat(32), uid: null, agent: 'ci', code };
const encoded = (value: unknown): string => `aleph-agent-invitation-${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

describe('an invitation', () => {
  it.each([overSocket, overTls, { ...overTls, pin: null }])('is one word that reads as it was written: %#', (invitation) => {
    expect(readInvitation(` ${invitationText(invitation)}\n`)).toEqual(invitation);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['another word', 'hello'],
    ['half of it', invitationText(overSocket).slice(0, 60)],
    ['one without its mark', invitationText(overSocket).replace('invitation', 'imitation')],
    ['plain HTTP', encoded({ ...overTls, url: 'http://safe.example' })],
    ['a URL with a path', encoded({ ...overTls, url: 'https://safe.example/x' })],
    ['a pin that is none', encoded({ ...overTls, pin: 'x' })],
    ['a socket of nobody', encoded({ ...overSocket, uid: null })],
    ['a path that is relative', encoded({ ...overSocket, url: 'unix:agents.sock' })],
    ['a member more', encoded({ ...overSocket, more: 1 })],
    ['a code that is none', encoded({ ...overSocket, code: 'x' })],
  ])('%s is USAGE, and is not repeated', (_what, text) => {
    expect(() => readInvitation(text)).toThrow('This is no invitation of a safe.');
  });
});

describe('the door that an invitation leads to', () => {
  const socket = { url: 'unix:/run/aleph-agent/agents.sock', pin: null, uid: 990 };
  const tls = { url: 'https://safe.example:8443', pin: 'cd'.repeat(32), uid: null };

  it('is TLS where the safe is served so, or the one that is asked for', () => {
    expect(invitedTo({ socket, tls: null }, undefined)).toBe(socket);
    expect(invitedTo({ socket, tls }, undefined)).toBe(tls);
    expect(invitedTo({ socket, tls }, 'socket')).toBe(socket);
    expect(invitedTo({ socket, tls }, 'tls')).toBe(tls);
  });

  it('is there, or it is USAGE', () => {
    expect(() => invitedTo({ socket, tls: null }, 'tls')).toThrow('--via tls is not right: this safe was last served at its socket alone.');
  });
});
