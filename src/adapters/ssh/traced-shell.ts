import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { Shell } from '../../ports/shell.ts';

/** The shell, telling of every connection: to where, how it ended, how long. Never commands, input or output. */
export const tracedShell = (shell: Shell, trace: (line: string) => void): Shell => {
  const traced = async <Result>(what: string, act: () => Promise<Result>, outcome: (result: Result) => string): Promise<Result> => {
    const start = performance.now();
    const tell = (ended: string): void => trace(`ssh ${what}: ${ended} ${Math.round(performance.now() - start)} ms`);
    try {
      const result = await act();
      tell(outcome(result));
      return result;
    } catch (thrown) {
      tell(thrown instanceof Failure ? thrown.code : 'failed');
      throw thrown;
    }
  };
  const at = ({ vm, endpoint }: { vm: string; endpoint: { host: string; port: number } }): string =>
    `VM ${shortId(vm)} at ${endpoint.host}:${endpoint.port}`;
  return {
    ...shell,
    probe: (endpoint, timeoutMs) => traced(`banner of ${endpoint.host}:${endpoint.port}`, () => shell.probe(endpoint, timeoutMs), String),
    exec: (request) =>
      traced(
        `command in ${at(request)}`,
        () => shell.exec(request),
        ({ exitCode }) => `exit ${exitCode}`,
      ),
    interact: (request) =>
      traced(
        `session in ${at(request)}`,
        () => shell.interact(request),
        () => 'ended',
      ),
  };
};
