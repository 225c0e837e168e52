import { describe, expect, it } from 'vitest';
import { commandLine, helpLine } from '../../../src/domain/suggest/command-line.ts';
import { agent, helpOf, human } from '../../../src/domain/suggest/fix.ts';

describe('a suggested line', () => {
  it('is the name, then words and flags in their order', () => {
    expect(commandLine('vm exec', 'ci', '--', 'uname', '-a')).toBe('aleph-agent vm exec ci -- uname -a');
    expect(commandLine('vm create', { crn: '0123456789ab', acceptTerms: true, dryRun: true })).toBe(
      'aleph-agent vm create --crn 0123456789ab --accept-terms --dry-run',
    );
    expect(commandLine('keys create', 'boss', { approver: true, network: 'devnet' })).toBe(
      'aleph-agent keys create boss --approver --network devnet',
    );
    expect(commandLine('vm port', { help: true })).toBe('aleph-agent vm port --help');
  });

  it('has no flag that is off', () => {
    expect(commandLine('vm create', { cu: 0, acceptTerms: false })).toBe('aleph-agent vm create --cu 0');
  });

  it('is read by a shell as it was meant', () => {
    expect(commandLine('profile', { dir: "the owner's; $HOME" })).toBe("aleph-agent profile --dir 'the owner'\\''s; $HOME'");
    expect(commandLine('vm show', '')).toBe("aleph-agent vm show ''");
    expect(commandLine('gc carrier confirm', 'ci', '-')).toBe('aleph-agent gc carrier confirm ci -');
  });

  it('is the help of what was named', () => {
    expect(helpLine('vm create')).toBe('aleph-agent vm create --help');
    expect(helpLine(null)).toBe('aleph-agent --help');
  });

  it('does not compile where no command is called so, or takes the flag', () => {
    // @ts-expect-error no command has this name
    expect(commandLine('vm shown', 'ci')).toBe('aleph-agent vm shown ci');
    // @ts-expect-error no command takes this flag
    expect(commandLine('vm show', 'ci', { execute: true })).toBe('aleph-agent vm show ci --execute');
    // @ts-expect-error it takes a value
    expect(commandLine('vm extend', 'ci', { until: true })).toBe('aleph-agent vm extend ci --until');
  });
});

describe('a fix', () => {
  it('says who does it, with what', () => {
    expect(agent('See how it is.', 'vm show', 'ci')).toEqual({ actor: 'agent', command: 'aleph-agent vm show ci', text: 'See how it is.' });
    expect(human('Whoever approves ends it.', 'thaw')).toEqual({
      actor: 'human',
      command: 'aleph-agent thaw',
      text: 'Whoever approves ends it.',
    });
    expect(helpOf('vm ls', 'See its flags.')).toEqual({ actor: 'agent', command: 'aleph-agent vm ls --help', text: 'See its flags.' });
  });

  it('has no command where none can do it', () => {
    expect(human('Install OpenSSH.')).toEqual({ actor: 'human', command: null, text: 'Install OpenSSH.' });
  });

  it('does not compile with a command that there is not', () => {
    // @ts-expect-error no command has this name
    expect(agent('End it.', 'vm end', 'ci').command).toBe('aleph-agent vm end ci');
  });
});
