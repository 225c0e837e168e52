import { describe, expect, it } from 'vitest';
import { scopedCommand } from '../../../../src/surfaces/cli/parse/scoped-command.ts';

describe('a suggested command', () => {
  it('acts on the network and with the key of the call that suggests it', () => {
    const scope = { network: 'devnet', account: 'ci' };
    expect(scopedCommand('aleph-agent vm ls --all', scope)).toBe('aleph-agent vm ls --all --network devnet --account ci');
    expect(scopedCommand('aleph-agent vm exec ci -- uname -a', scope)).toBe(
      'aleph-agent vm exec ci --network devnet --account ci -- uname -a',
    );
  });

  it('goes on with a VM for the same task, which another would have to ask a person about', () => {
    expect(scopedCommand('aleph-agent vm destroy ci', { task: 'words' })).toBe('aleph-agent vm destroy ci --task words');
    expect(scopedCommand('aleph-agent vm exec ci -- uname -a', { task: 'words' })).toBe('aleph-agent vm exec ci --task words -- uname -a');
    for (const other of ['aleph-agent credits balance', 'aleph-agent vm ls --of-task words'])
      expect(scopedCommand(other, { task: 'words' })).toBe(other);
  });

  it('repeats no network where it asks for help: that may have been the mistake', () => {
    expect(scopedCommand('aleph-agent vm ls --help', { network: 'mainet' })).toBe('aleph-agent vm ls --help');
  });

  it('stays as it is where nothing was given, or where it says so already', () => {
    expect(scopedCommand('aleph-agent vm ls', {})).toBe('aleph-agent vm ls');
    expect(scopedCommand('aleph-agent keys use ci --network devnet', { network: 'devnet' })).toBe(
      'aleph-agent keys use ci --network devnet',
    );
  });
});
