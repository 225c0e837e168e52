import { describe, expect, it } from 'vitest';
import { correctedLine } from '../../../../src/surfaces/cli/parse/corrected-line.ts';
import { cli } from '../../../support/cli-world.ts';

describe('a mistake is answered with the call that was meant', () => {
  it.each([
    ['vm create ci --ttl 3', 'aleph-agent vm create ci --ttl 3h'],
    ['vm create ci --ttl=90min', 'aleph-agent vm create ci --ttl=1h30m'],
    ['vm create ci --ttl 2weeks', 'aleph-agent vm create ci --ttl 14d'],
    ['vm create ci --memory 4GB --ttl 2h', 'aleph-agent vm create ci --memory 4GiB --ttl 2h'],
    ['vm create ci --max-total 1.50USD', 'aleph-agent vm create ci --max-total 1.50'],
    ['vm create ci --max-total 1,50', 'aleph-agent vm create ci --max-total 1.50'],
    ['vm create My_VM', 'aleph-agent vm create my-vm'],
    ['vm create ci --if-exists retrun', 'aleph-agent vm create ci --if-exists return'],
    ['vm create ci --ttl 3', 'aleph-agent vm create ci --ttl 3h'],
    ['vm create ci --tll 3h', 'aleph-agent vm create ci --ttl 3h'],
    ['vm create ci --lifetime=3h', 'aleph-agent vm create ci --ttl=3h'],
    ['vm destory ci', 'aleph-agent vm destroy ci'],
    ['credits blance', 'aleph-agent credits balance'],
    ['instances ls', 'aleph-agent vm ls'],
    ['vm create Bad_Name --ttl 3', 'aleph-agent vm create bad-name --ttl 3h'],
  ])('%s: %s', async (line, meant) => {
    const run = await cli(line);
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain(`fix: Try: ${meant}\n`);
  });

  it.each([
    'vm create ci --ttl forever',
    'vm create ci --memory 0.1GB',
    'vm create ci --max-total 1,500',
    'vm create ci --cu 99',
    'frobnicate',
    'vm create Bad_Name --ttl soon',
    // a number that may be minutes
    'vm create ci --ttl 90',
    // two letters are near to any two
    'vm create ci --guest-timer no',
    'agents rm ci',
    'vm port mv ci 80',
    // the same word stands twice, and one of them may be right
    'vm create 3 --ttl 3',
    // --json takes no value, and "json" would be a name
    'vm create --output json',
    'vm destroy ci -o json',
  ])('where that is anybody’s guess it is not made: %s', async (line) => expect((await cli(line)).stderr).not.toContain('Try:'));

  it('JSON has what was meant as facts, and the fix of before', async () => {
    const { error } = (await cli('vm create ci --ttl 3 --json')).json();
    expect(error).toMatchObject({ facts: { corrected: { '3': '3h' } }, fix: { actor: 'agent', command: 'aleph-agent vm create --help' } });
  });

  it('no private key, no URL and no escape is repeated', () => {
    expect(correctedLine(['credits', 'topup', '--rpcs', 'https://node.example/v2/secret'], { '--rpcs': '--rpc' })).toBeNull();
    expect(correctedLine(['keys', 'import', 'ab'.repeat(32), '--ttl', '3'], { 3: '3h' })).toBeNull();
    expect(correctedLine(['vm', 'exec', '\u001b[31m', '--ttl', '3'], { 3: '3h' })).toBeNull();
    expect(correctedLine(['vm', 'create', "it's", '--ttl', '3'], { 3: '3h' })).toBe("aleph-agent vm create 'it'\\''s' --ttl 3h");
    expect(correctedLine(['vm'], { 3: '3h' })).toBeNull();
    expect(correctedLine(['vm'], undefined)).toBeNull();
  });
});
