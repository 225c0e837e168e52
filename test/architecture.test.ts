import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../src/commands/index.ts';

/** Imports only go down; folders on one floor never import each other (architecture.md §1). */
const floors: Readonly<Record<string, number>> = {
  domain: 0,
  ports: 1,
  contract: 2,
  lifecycle: 2,
  commands: 3,
  adapters: 3,
  devnet: 3,
  surfaces: 4,
  page: 4,
  main: 5,
};

/** A room imports only rooms that stand before it in its line; '.' are the files that lie in the folder itself. */
const rooms: Readonly<Record<string, string>> = {
  'src/domain':
    'failure reach text clients grants stored suggest ending money topup limits agents ledger nodes plan approval burn judge trials',
  'src/ports': 'evm host keys network .',
  'src/contract': 'declare fields outputs settings',
  'src/lifecycle':
    'caller nodes operation ended policy account funding approvals trail children timers alerts view doctor end grants transfer recover topup reach create setup extend governance agents operate adopt gc',
  'src/adapters/aleph': 'http messages nodes accounts prices .',
  'src/devnet': 'world guests http evm ccn scheduler control crn crns-list .',
  'src/devnet/crn': 'world auth vm backup node .',
  'src/surfaces/cli': 'print parse ask complete .',
};

/** How many files a folder may hold before it needs rooms. */
const mostFiles = 20;

const forbiddenFolders = ['utils', 'helpers', 'shared', 'common', 'types'];

/** Where Node's globals may be touched. */
const mayTouchGlobals = (path: string): boolean =>
  /^src\/(main\/|adapters\/host\/|adapters\/aleph\/|devnet\/|page\/|domain\/text\/instant\.ts)/.test(path);

const root = resolve(import.meta.dirname, '..');

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : path.endsWith('.ts') ? [path] : [];
  });

const sources = filesBelow('src');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What may import itself freely: one folder per port for adapters and per surface, otherwise the floor's own folder. */
const houseOf = (path: string): string => {
  const [, first = '', second = ''] = path.split('/');
  return first === 'adapters' || first === 'surfaces' ? `${first}/${second.endsWith('.ts') ? '' : second}` : first;
};

const floorOf = (path: string): number => floors[path.split('/')[1] ?? ''] ?? Number.NaN;

/** The room of a file below `folder`: its first folder there, '.' where it lies in `folder` itself. */
const roomIn = (folder: string, path: string): string => {
  const [first = '', ...rest] = path.slice(folder.length + 1).split('/');
  return rest.length === 0 ? '.' : first;
};

const importsOf = (path: string): string[] =>
  [...textOf(path).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);

const localImportsOf = (path: string): string[] =>
  importsOf(path)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(path), specifier)));

describe('floors', () => {
  it('imports only go down, and never to a neighbour', () => {
    const wrong = sources.flatMap((path) =>
      localImportsOf(path)
        .filter((target) => target.startsWith('src/'))
        .filter((target) => {
          const inside = houseOf(path) === houseOf(target);
          // surfaces share what lies directly in surfaces/: the one road, consent, envelope
          const road = floorOf(path) === 4 && houseOf(target) === 'surfaces/';
          return !inside && !road && !(floorOf(target) < floorOf(path));
        })
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('every folder of src stands on a floor', () => {
    expect([...new Set(sources.map((path) => path.split('/')[1]))].sort()).toEqual(Object.keys(floors).sort());
  });

  it.each(Object.entries(rooms))('the rooms of %s import only those before them', (folder, line) => {
    const order = line.split(' ');
    const inside = sources.filter((path) => path.startsWith(`${folder}/`));
    expect([...new Set(inside.map((path) => roomIn(folder, path)))].sort()).toEqual([...order].sort());
    const wrong = inside.flatMap((path) =>
      localImportsOf(path)
        .filter((target) => target.startsWith(`${folder}/`))
        .filter((target) => order.indexOf(roomIn(folder, target)) > order.indexOf(roomIn(folder, path)))
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('relative imports name the file, with .ts, and stay in the repository', () => {
    const wrong = sources.flatMap((path) =>
      importsOf(path)
        .filter((specifier) => specifier.startsWith('.') && !/\.(ts|json)$/.test(specifier))
        .map((specifier) => `${path}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
    const absent = sources.flatMap((path) =>
      localImportsOf(path)
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path} → ${target}`),
    );
    expect(absent).toEqual([]);
  });

  it('the SDK is known to adapters/aleph alone, ethers to adapters and devnet', () => {
    const importers = (test: RegExp): string[] => sources.filter((path) => importsOf(path).some((specifier) => test.test(specifier)));
    expect(importers(/^@aleph-sdk\//).filter((path) => !path.startsWith('src/adapters/aleph/'))).toEqual([]);
    expect(importers(/^ethers$/).filter((path) => !/^src\/(adapters|devnet)\//.test(path))).toEqual([]);
  });

  it('the registry is known to main alone: who tells of the commands asks the context', () => {
    expect(sources.filter((path) => localImportsOf(path).includes('src/commands/index.ts'))).toEqual(['src/main/cli.ts']);
  });

  it('zod is imported as a namespace, which is a fifth of its size', () => {
    expect(sources.filter((path) => /import\s+(?!type)(?!\* as z)[^;]*from 'zod'/.test(textOf(path)))).toEqual([]);
  });
});

describe('names', () => {
  it('a command is where its name says (path = name)', async () => {
    const entries = await Promise.all(registry.map(async ({ name, load }) => ({ name, declared: (await load()).default.name })));
    expect(entries.filter(({ name, declared }) => name !== declared)).toEqual([]);
    const named = registry.map(({ name }) => `src/commands/${name.replaceAll(' ', '/')}.ts`).sort();
    const declaring = filesBelow('src/commands').filter((path) => /^export default/m.test(textOf(path)));
    expect(declaring.sort()).toEqual(named);
  });

  it('no folder hides what it is for', () => {
    const folders = [...new Set(sources.flatMap((path) => path.split('/').slice(0, -1)))];
    expect(folders.filter((folder) => forbiddenFolders.includes(folder))).toEqual([]);
    expect(sources.filter((path) => !/^[a-z0-9-]+\.ts$/.test(path.split('/').at(-1) ?? ''))).toEqual([]);
  });

  it('no file only passes others on, none has a default export but commands', () => {
    const barrels = sources.filter((path) => /^export (\*|\{[^}]*\}) from/m.test(textOf(path)));
    const defaults = sources.filter((path) => !path.startsWith('src/commands/') && /^export default/m.test(textOf(path)));
    expect([...barrels, ...defaults]).toEqual([]);
  });
});

describe('sizes', () => {
  const lines = sources.map((path) => ({ path, lines: textOf(path).trimEnd().split('\n').length })).sort((a, b) => a.lines - b.lines);

  it('no file has more than 250 lines', () => {
    expect(lines.filter((file) => file.lines > 250)).toEqual([]);
  });

  it('no folder holds more than twenty files', () => {
    const folders = new Map<string, number>();
    // a command stands where its name says, however many there are without a noun
    const bare = new Set(registry.filter(({ name }) => !name.includes(' ')).map(({ name }) => `src/commands/${name}.ts`));
    for (const path of sources.filter((each) => !bare.has(each))) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1);
    expect([...folders].filter(([, count]) => count > mostFiles)).toEqual([]);
  });

  it('half of all files have at most 80', () => {
    expect(lines[Math.floor(lines.length / 2)]?.lines).toBeLessThanOrEqual(80);
  });
});

describe('the world outside', () => {
  /** Comments and strings out, so that prose may speak of time and processes. */
  const code = (path: string): string =>
    textOf(path)
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");

  it('is touched where it may be only', () => {
    const globals = /(?<![.\w'$])(process\.|console\.|new Date\b|Date\.|setTimeout\(|setInterval\(|fetch\()/;
    const wrong = sources
      .filter((path) => !mayTouchGlobals(path))
      .flatMap((path) => {
        const found = globals.exec(code(path).replace(/\{ fetch \}|fetch: typeof/g, ''));
        return found === null || definesFetch(code(path), found[0]) ? [] : [`${path}: ${found[0]}`];
      });
    expect(wrong).toEqual([]);
  });

  /** `fetch` handed in as a parameter is no global. */
  const definesFetch = (text: string, found: string): boolean =>
    found === 'fetch(' && /fetch: typeof globalThis\.fetch|\bfetch\b[,}]/.test(text);

  /** The argument lists of `context.effect(`, by counting brackets: what stands there is named for the crash sweep. */
  const namedEffects = (text: string): string[] => {
    const [, ...calls] = text.split('context.effect(');
    return calls.map((rest) => {
      let depth = 1;
      const end = [...rest].findIndex((sign) => {
        if (sign === '(') depth += 1;
        if (sign === ')') depth -= 1;
        return depth === 0;
      });
      return rest.slice(0, end);
    });
  };

  it('is changed under the name of an effect point alone, so that the crash sweep kills there', () => {
    const changes = ['eraseOnNode', 'operateOnNode', 'publish', 'rereadForwards', 'startOnNode'];
    const change = new RegExp(`\\.\\s*(${changes.join('|')})\\s*\\(`, 'g');
    const namesIn = (text: string): string[] => [...text.matchAll(change)].map(([, name]) => name!);
    const found = sources
      .filter((path) => /^src\/(lifecycle|commands|surfaces)\//.test(path))
      .map((path) => ({ path, calls: namesIn(code(path)), named: namedEffects(code(path)).flatMap(namesIn) }));
    expect(found.filter(({ calls, named }) => calls.length !== named.length)).toEqual([]);
    expect([...new Set(found.flatMap(({ named }) => named))].sort()).toEqual(changes);
  });
});
