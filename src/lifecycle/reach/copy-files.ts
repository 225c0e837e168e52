import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { CopyTally } from '../../ports/host/archives.ts';
import type { ExecResult } from '../../ports/shell.ts';
import type { ReachableVm } from './reachable-vm.ts';

const toldBytes = 2_000;
const packedRoot = 'x';

/**
 * The guest's script that receives an archive: it unpacks beside the target and moves the copy there once all of it came. `$1` is the
 * target, `$2` the copy's name inside a folder. Its exit code (sysexits.h) says what it cannot do: 66 no such folder, 73 a folder is in the
 * way.
 */
const receive = `set -eu
t=$1
case $t in /*) ;; *) t=./$t ;; esac
if [ -d "$t" ]; then d=$t n=$2
else case $t in */) exit 66 ;; esac
d=$(dirname "$t") n=$(basename "$t"); fi
[ -d "$d" ] || exit 66
[ ! -d "$d/$n" ] || exit 73
s=$(mktemp -d "$d/.aleph-agent-XXXXXX")
trap 'rm -rf "$s"' EXIT
tar -xf - -C "$s"
mv -f "$s/${packedRoot}" "$d/$n"`;

/**
 * The guest's script that sends `$2` of folder `$1` as an archive. It exits with 66 where the path does not exist, else with tar's own
 * code.
 */
const send = `cd -- "$1" 2>/dev/null || exit 66
[ -e "$2" ] || [ -h "$2" ] || exit 66
exec tar -cf - -- "$2"`;

/** Copies a file or folder of this machine into a VM and returns the tally. `COPY_FAILED`: nothing was kept in the VM. */
export const copyToVm = async (
  context: ChangeContext,
  vm: ReachableVm,
  order: { source: string; target: string; skipLinks: boolean },
): Promise<CopyTally> => {
  const packed = await context.host.archives.pack(order.source, { root: packedRoot, skipLinks: order.skipLinks });
  const result = await run(context, vm, [receive, order.target === '' ? '.' : order.target, packed.name], { feed: packed.bytes });
  if (result.exitCode !== 0) throw refusedThere(vm, result);
  return packed.tally;
};

/** Copies a path of the VM to this machine, `mostBytes` at most; returns the tally and where the copy is. `COPY_FAILED`: nothing was kept. */
export const copyFromVm = async (
  context: ChangeContext,
  vm: ReachableVm,
  order: { folder: string; name: string; target: string; skipLinks: boolean; mostBytes: number },
): Promise<{ tally: CopyTally; place: string }> => {
  const place = await context.host.archives.place(order.target, order.name);
  let unpacked: Awaited<ReturnType<ChangeContext['host']['archives']['unpack']>> | null = null;
  try {
    const result = await run(context, vm, [send, order.folder, order.name], {
      take: async (bytes) => {
        unpacked = await context.host.archives.unpack(bytes, {
          root: order.name,
          place,
          skipLinks: order.skipLinks,
          mostBytes: order.mostBytes,
        });
      },
    });
    const got = unpacked as Awaited<ReturnType<ChangeContext['host']['archives']['unpack']>> | null;
    // tar exits with 1 when a file changed while it read it; the archive is whole all the same.
    if (result.exitCode > 1 || got === null || !got.complete) throw refusedThere(vm, result);
    if (result.exitCode === 1) context.warn('CHANGED_WHILE_READ', 'A file changed in the VM while it was read.');
    await got.keep();
    return { tally: got.tally, place };
  } finally {
    await (unpacked as { discard(): Promise<void> } | null)?.discard();
  }
};

const run = (
  context: ChangeContext,
  vm: ReachableVm,
  [script = '', ...words]: readonly string[],
  flow: { feed: AsyncIterable<Uint8Array> } | { take(bytes: AsyncIterable<Uint8Array>): Promise<void> },
): Promise<ExecResult> =>
  context.shell.exec({
    vm: vm.id,
    account: vm.account,
    endpoint: vm.endpoint,
    command: ['sh', '-c', script, 'sh', ...words],
    timeoutMs: context.timeoutMs,
    maxBytes: toldBytes,
    stream: false,
    input: false,
    signal: context.signal,
    ...flow,
  });

const meanings: Readonly<Record<number, string>> = {
  66: 'there is no such path',
  73: 'a folder is there already, and folders are not merged',
  127: 'it has no tar',
};

const refusedThere = (vm: ReachableVm, { exitCode, stderr }: ExecResult): Failure =>
  new Failure('COPY_FAILED', `VM ${vm.name} could not do it: ${meanings[exitCode] ?? `tar ended with ${exitCode}`}. Nothing was kept.`, {
    facts: { id: shortId(vm.id), exitCode, untrustedStderr: cleanUntrustedLine(stderr).slice(-300) },
    fix: agent('Give paths that are there, and a target that is not.'),
  });
