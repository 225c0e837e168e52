import { describe, expect, it } from 'vitest';
import { boxCommands, cli, planOf, registered } from '../../../support/cli-world.ts';

const box = registered(boxCommands(planOf()));

describe('JSON mode (conventions.md §1)', () => {
  it('gives one compact document on a pipe, and nothing on stderr', async () => {
    const run = await cli('box open red --json', { commands: box });
    expect(run.stdout.split('\n')).toHaveLength(2);
    expect(run.stderr).toBe('');
    expect(run.json()).toEqual({
      ok: true,
      schema: 'box.open@1',
      data: { name: 'red', untrustedLabel: 'red', operation: 'op_12345678' },
      warnings: [],
      next: [{ command: 'aleph-agent box ls', why: 'see 3 letters' }],
      meta: { operation: 'op_12345678', version: '1.2.0' },
    });
    expect(run.exit).toBe(0);
  });

  it('indents at a terminal', async () => {
    const run = await cli('box ls --json', { commands: box, terminal: true });
    expect(run.stdout).toContain('\n  "ok": true');
  });

  it.each([['--json'], ['--format=json'], ['--format json']])('is chosen by %s, before or after the command', async (flag) => {
    expect((await cli(`box ls ${flag}`, { commands: box })).json().ok).toBe(true);
    expect((await cli(`${flag} box ls`, { commands: box })).json().ok).toBe(true);
  });

  it('is chosen by ALEPH_AGENT_OUTPUT, and --format overrides it', async () => {
    const environment = { ALEPH_AGENT_OUTPUT: 'json' };
    expect((await cli('box ls', { commands: box, environment })).json().ok).toBe(true);
    expect((await cli('box ls --format text', { commands: box, environment })).stdout).toBe('id\none\ntwo\n');
  });

  it('answers a failure with the envelope of conventions.md §1.4', async () => {
    const run = await cli('box open broken --json', { commands: box });
    expect(run.exit).toBe(6);
    expect(run.stderr).toBe('');
    expect(run.json()).toEqual({
      ok: false,
      schema: 'failure@1',
      error: {
        code: 'NODE_UNAVAILABLE',
        exit: 6,
        message: 'No box is free.',
        retryable: true,
        sideEffects: 'none',
        exposureUsdPerHour: '0',
        fix: { actor: 'agent', command: null, text: 'Repeat the same call later.' },
        checks: [],
        facts: {},
      },
      meta: { version: '1.2.0' },
    });
  });

  it.each([
    ['box nope --json', 'USAGE'],
    ['box open red --nope --json', 'USAGE'],
    ['box open red --size --json', 'USAGE'],
    ['box open red blue --json', 'USAGE'],
    ['box open --json', 'INPUT_MISSING'],
    ['box lie --json', 'INTERNAL'],
    ['box open odd --json', 'INTERNAL'],
    ['box ls --json --timeout never', 'USAGE'],
    ['box ls --json --fields nope', 'USAGE'],
  ])('answers "%s" with one document: %s', async (line, code) => {
    const run = await cli(line, { commands: box });
    expect(run.json().error['code']).toBe(code);
    expect(run.json().error['exit']).toBe(run.exit);
    expect(run.stderr).toBe('');
  });

  it('answers --version and --help too', async () => {
    expect((await cli('--version --json')).json().data).toEqual({ version: '1.2.0' });
    expect((await cli('errors --help --json')).json().data['text']).toContain('aleph-agent errors');
  });

  it('lets a code pass that is not declared where tests do not watch', async () => {
    expect((await cli('box open odd --json', { commands: box, undeclared: 'pass' })).json().error['code']).toBe('KEY_EXISTS');
  });
});

describe('fields (conventions.md §1.6)', () => {
  it('shows the brief ones, all with --full, those chosen with --fields', async () => {
    const items = async (line: string): Promise<unknown> => (await cli(`${line} --json`, { commands: box })).json().data['items'];
    expect(await items('box ls')).toEqual([{ id: 'one' }, { id: 'two' }]);
    expect(await items('box ls --full')).toEqual([
      { id: 'one', inner: { depth: 0, note: 'n' } },
      { id: 'two', inner: { depth: 1, note: 'n' } },
    ]);
    expect(await items('box ls --fields inner.depth')).toEqual([{ inner: { depth: 0 } }, { inner: { depth: 1 } }]);
    expect(await items('box ls --fields items.*.id,inner.note')).toEqual([
      { id: 'one', inner: { note: 'n' } },
      { id: 'two', inner: { note: 'n' } },
    ]);
  });

  it('gives only data with --brief, but a failure whole', async () => {
    expect(JSON.parse((await cli('box ls --json --brief', { commands: box })).stdout)).toMatchObject({ count: 2 });
    expect((await cli('box open --json --brief', { commands: box })).json().ok).toBe(false);
  });

  it('refuses a field that there is not before anything is done', async () => {
    const applied: unknown[] = [];
    const run = await cli('box open red --json --fields nmae', { commands: registered(boxCommands(planOf(), applied)) });
    expect(run.json().error['message']).toBe('--fields "nmae" is not in the output (nearest: name, operation, untrustedLabel).');
    expect(applied).toEqual([]);
  });

  it('puts chosen fields in columns for people', async () => {
    expect((await cli('box ls --fields id,inner.depth', { commands: box })).stdout).toBe('id   inner.depth\none  0\ntwo  1\n');
  });
});

describe('NDJSON (conventions.md §6)', () => {
  it('ends with one result that is the envelope', async () => {
    const run = await cli('box open red --format ndjson', { commands: box });
    const lines = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      { type: 'phase', phase: 'signed', operation: 'op_12345678', name: 'red', at: '1970-01-01T00:00:00Z' },
      expect.objectContaining({ type: 'result', ok: true, schema: 'box.open@1' }),
    ]);
    expect(run.stderr).toBe('');
  });

  it('shows phases on stderr in JSON mode only when asked', async () => {
    const run = await cli('box open red --json --progress', { commands: box });
    expect(run.json().ok).toBe(true);
    expect(JSON.parse(run.stderr)).toMatchObject({ type: 'phase', phase: 'signed' });
  });
});

describe('text mode', () => {
  it('has the result on stdout, phases on stderr, no colour on a pipe', async () => {
    const run = await cli('box open red', { commands: box });
    expect(run.stdout).toBe('red: red\n');
    expect(run.stderr).toBe('   0.0 s  signed  red\n');
  });

  it('has the failure on stderr alone', async () => {
    const run = await cli('box open broken', { commands: box });
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('error: No box is free. (NODE_UNAVAILABLE, exit 6)\nfix: Repeat the same call later.\n');
  });

  it('takes escapes, bidirectional and zero-width characters out of untrusted fields (A-093)', async () => {
    const text = await cli('box open red --color always', { commands: box });
    expect(text.stdout).toBe('red: \u001b[1mred\u001b[22m\n');
    const json = await cli('box open red --json', { commands: box });
    expect(json.json().data['untrustedLabel']).toBe('red');
  });
});

describe('interruption', () => {
  it('ends with 143 after SIGTERM, and one document', async () => {
    const controller = new AbortController();
    const commands = boxCommands(planOf());
    const open = commands[0] as (typeof commands)[0] & { apply: unknown };
    const waiting = {
      ...open,
      apply: async (context: { signal: AbortSignal; progress: { phase(...facts: unknown[]): void } }) => {
        context.progress.phase('posted', { operation: 'op_abcdefgh', name: 'red' });
        controller.abort(new Error('stop'));
        context.signal.throwIfAborted();
      },
    } as never;
    const { Failure } = await import('../../../../src/domain/failure/failure.ts');
    const abort = controller.abort.bind(controller);
    controller.abort = () => abort(new Failure('INTERRUPTED', 'Interrupted by SIGTERM.', { sideEffects: 'unknown' }));
    const run = await cli('box open red --json', { commands: registered([waiting]), signal: controller.signal });
    expect(run.exit).toBe(143);
    expect(run.json()).toMatchObject({
      error: {
        code: 'INTERRUPTED',
        exit: 143,
        facts: { operation: 'op_abcdefgh', vm: 'red' },
        fix: { command: 'aleph-agent vm wait red' },
      },
      meta: { operation: 'op_abcdefgh' },
    });
  });
});
