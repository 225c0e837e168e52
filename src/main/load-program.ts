import { isAbsolute, join } from 'node:path';
import { evaluateKept, type KeptScript } from './kept-code.ts';

type Part = (module: { exports: unknown }, exports: unknown, take: (name: string) => unknown, file: string, folder: string) => void;

/** A call of this many milliseconds does not feel the few that looking for more compiled code takes. */
const longMs = 500;

/**
 * The folder of compiled code: below the user's cache folder, whatever home a call has, for it hangs on the program alone. null where
 * `ALEPH_AGENT_COMPILED=off`, where Node's own switch for the same says so, and where there is no such folder.
 */
const keptFolder = async (env: Readonly<Record<string, string | undefined>>): Promise<string | null> => {
  const chosen = env['ALEPH_AGENT_COMPILED'] ?? '';
  if (chosen === 'off' || env['NODE_DISABLE_COMPILE_CACHE'] === '1') return null;
  try {
    const { default: envPaths } = await import('env-paths');
    const folder = chosen === '' ? join(envPaths('aleph-agent', { suffix: '' }).cache, 'compiled') : chosen;
    return isAbsolute(folder) ? folder : null;
  } catch {
    // a user without a home
    return null;
  }
};

/** From here a part finds what lies beside the program, as its source does from src/main. */
const partsFolder = join(import.meta.dirname, 'main');

/** Gives a part of the built program by its name; `keep` keeps what V8 compiled of it. */
export const loadProgram = async (): Promise<{ take(name: string): unknown; keep(): void }> => {
  const folder = await keptFolder(process.env);
  const read = (name: string): KeptScript => evaluateKept(join(import.meta.dirname, name), folder);
  const program = read('program.js');
  const together = program.value as Readonly<Record<string, Part>>;
  const apart: KeptScript[] = [];
  const readApart = (name: string): Part => {
    const script = read(name);
    apart.push(script);
    return script.value as Part;
  };
  const taken = new Map<string, { exports: unknown }>();
  const take = (name: string): unknown => {
    const known = taken.get(name);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: name.startsWith('./') ? {} : require(name) };
    taken.set(name, module);
    if (!name.startsWith('./')) return module.exports;
    const part = together[name] ?? readApart(name);
    part(module, module.exports, take, join(partsFolder, name), partsFolder);
    return module.exports;
  };
  const keep = (): void => {
    const longCall = process.uptime() * 1000 > longMs;
    program.keep(
      [...taken.keys()].filter((name) => name in together),
      longCall,
    );
    for (const script of apart) script.keep([], longCall);
  };
  return { take, keep };
};

/** One command line of this process, as cli.ts starts it. */
export const start = async (): Promise<never> => {
  const { take, keep } = await loadProgram();
  process.on('exit', keep);
  return (take('./main-cli.js') as typeof import('./cli.ts')).start();
};
