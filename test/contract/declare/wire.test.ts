import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { describe as described } from '../../../src/contract/declare/describe.ts';
import { checkWireInput, grantable, isLocalInput, isOnWire, mayCall } from '../../../src/contract/declare/wire.ts';
import type { Slice } from '../../../src/domain/agents/slice.ts';
import type { Failure } from '../../../src/domain/failure/failure.ts';

const slice: Slice = { limits: { maxTotalCredits: '1' }, payer: '0xa', since: 0, until: null, commands: [], exec: false, terms: false };
const commands = await Promise.all(registry.map(async ({ load }) => described((await load()).default)));
const onWire = commands.filter(({ name }) => isOnWire(name));
const called = (name: string) => commands.find((command) => command.name === name)!;
const codeOf = (name: string, input: Record<string, unknown>, given: Partial<Slice> = {}): string => {
  try {
    checkWireInput(called(name), input, { ...slice, ...given });
    return 'ok';
  } catch (thrown) {
    return (thrown as Failure).code;
  }
};

describe('what an agent may call through a safe (safe.md §4)', () => {
  it('is listed by name; no key, policy, ledger, approval or machine is among it', () => {
    expect(onWire.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "status",
        "vm create",
        "vm ls",
        "vm show",
        "vm wait",
        "vm logs",
        "vm port ls",
        "vm port add",
        "vm port rm",
        "vm start",
        "vm stop",
        "vm reboot",
        "vm reinstall",
        "vm extend",
        "vm protect",
        "vm spawn",
        "vm redeploy",
        "vm destroy",
        "credits balance",
        "credits history",
        "credits prices",
        "credits estimate",
        "crns ls",
        "crns show",
        "crns check",
        "whoami",
        "deny",
        "approvals ls",
        "approvals show",
        "approvals wait",
      ]
    `);
    const never =
      /^(keys|policy|authz|config|ledger|gc|agents|devnet|init|doctor|freeze|thaw|approve|serve|join|credits (topup|allow|return)|vm adopt)( |$)/;
    expect(onWire.filter(({ name }) => never.test(name))).toEqual([]);
  });

  it.each(grantable)('%s by the slice alone', (name) => {
    expect(mayCall(name, slice)).toBe(false);
    expect(mayCall(name, { ...slice, commands: [name] })).toBe(true);
    expect(codeOf(name, {})).toBe('AGENT_REFUSED');
  });

  it('a slice that names another command lets nobody call it', () => {
    for (const name of ['approve', 'keys show', 'agents add', 'policy set'])
      expect(mayCall(name, { ...slice, commands: [name] })).toBe(false);
  });
});

describe('what an input may be', () => {
  it('none of them takes a file, a folder or a host of the safe: a new one has to be looked at', () => {
    const open = onWire.flatMap(({ name, inputs }) =>
      inputs.filter((field) => !isLocalInput(field)).map(({ flag }) => `${name} --${flag}`),
    );
    expect(open.filter((input) => /(--|-)(file|path|folder|dir|key|url|host|command|socket|out)(-|$)/.test(input))).toEqual([]);
  });

  it.each([
    ['vm create', { setup: 'x.sh' }],
    ['vm create', { sshKey: 'id.pub' }],
    ['vm create', { nothing: 1 }],
    ['vm create', { crn: 'https://10.0.0.1/' }],
    ['vm create', { crn: 'some-name' }],
    ['vm create', { image: 'ab'.repeat(32) }],
    ['vm wait', { vm: 'ci', setup: 'x' }],
  ])('%s %j is refused', (name, input) => {
    expect(codeOf(name, input)).toBe('USAGE');
  });

  it('auto or a hash, a named image, and terms where the slice has them', () => {
    expect(codeOf('vm create', { crn: 'auto', image: 'debian12', cu: 1 })).toBe('ok');
    expect(codeOf('vm create', { crn: 'ab12cd' })).toBe('ok');
    expect(codeOf('vm create', { acceptTerms: true })).toBe('AGENT_REFUSED');
    expect(codeOf('vm create', { acceptTerms: true }, { terms: true })).toBe('ok');
  });

  it('the safe runs a command in a VM for who may have it done; without stdin, and with so much output', () => {
    const input = { vm: 'box', command: ['true'] };
    expect(codeOf('vm exec', input)).toBe('AGENT_REFUSED');
    const exec = { exec: true };
    expect(codeOf('vm exec', input, exec)).toBe('ok');
    expect(codeOf('vm exec', { ...input, stdin: true }, exec)).toBe('USAGE');
    expect(codeOf('vm exec', { ...input, maxBytes: 65_537 }, exec)).toBe('USAGE');
    expect(codeOf('vm ssh', { vm: 'box' }, exec)).toBe('AGENT_REFUSED');
  });
});
