import { posix } from 'node:path';
import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { vmId } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { copyFromVm, copyToVm } from '../../lifecycle/reach/copy-files.ts';
import { reachableVm } from '../../lifecycle/reach/reachable-vm.ts';

interface Remote {
  vm: string;
  path: string;
}

/** `ci:/srv`; null for a path here. `./a:b` is one of ours. */
const remoteOf = (text: string): Remote | null => {
  const [, vm, path] = /^([a-z0-9-]{1,64}):(.*)$/s.exec(text) ?? [];
  return vm === undefined || path === undefined ? null : { vm, path };
};

const ends = (source: string, target: string): { from: Remote | null; to: Remote | null } => {
  const [from, to] = [remoteOf(source), remoteOf(target)];
  if ((from === null) !== (to === null)) return { from, to };
  const what = from === null ? 'neither is in a VM' : 'both are in VMs';
  throw new Failure('USAGE', `One of source and target is VM:PATH, the other a path here; ${what}.`);
};

export default session({
  name: 'vm cp',
  summary: 'Copy a file or folder to or from a VM',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    source: z.string().min(1).describe('PATH here or VM:PATH'),
    target: z.string().min(1).describe('The other of the two'),
    skipLinks: z.boolean().default(false).describe('Skip links instead of refusing'),
    maxMib: z.int().min(1).max(1_048_576).default(100).describe('Most to copy from a VM, MiB'),
  }),
  positionals: ['source', 'target'],
  output: z.object({
    id: vmId,
    name: z.string(),
    target: z.string(),
    files: z.int(),
    folders: z.int(),
    bytes: z.int(),
    linksLeftOut: z.int(),
  }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'EXEC_FAILED', 'HOST_KEY_CHANGED', 'COPY_FAILED'],
  examples: [
    { line: 'vm cp notes.txt ci:notes.txt', why: 'to the VM' },
    { line: 'vm cp ci:notes.txt copy.txt', why: 'from the VM' },
  ],
  async run(context, { source, target, skipLinks, maxMib }) {
    const { from, to } = ends(source, target);
    const vm = await reachableVm(context, (from ?? to)!.vm);
    if (to !== null) {
      const tally = await placed(to.path, copyToVm(context, vm, { source, target: to.path, skipLinks }));
      return { data: outcome(vm, target, tally) };
    }
    const path = posix.normalize(from!.path).replace(/(.)\/+$/s, '$1');
    const name = posix.basename(path);
    if (name === '' || name === '.' || name === '..') {
      throw new Failure('USAGE', `"${source}" names no file or folder in the VM: give a path that ends in a name.`);
    }
    const order = { folder: posix.dirname(path), name, target, skipLinks, mostBytes: maxMib * 1_048_576 };
    const { tally, place } = await placed(path, copyFromVm(context, vm, order));
    return { data: outcome(vm, place, tally) };
  },
  text: (done) => {
    const left = done.linksLeftOut === 0 ? '' : `, ${done.linksLeftOut} links left out`;
    return `Copied ${done.files} ${done.files === 1 ? 'file' : 'files'}, ${done.bytes} bytes, to ${done.target}${left}.`;
  },
  next: ({ name }) => [hint('what is there', 'vm exec', name, '--', 'ls', '-l')],
});

/** What the VM could not do is about the path there; what fails on this side names its own path. */
const placed = async <Copied>(path: string, copying: Promise<Copied>): Promise<Copied> => {
  try {
    return await copying;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'COPY_FAILED' || thrown.details.facts?.['exitCode'] === undefined) throw thrown;
    const { message, details } = thrown;
    throw new Failure('COPY_FAILED', `${message} The path in the VM is "${path.slice(0, 200)}".`, {
      ...details,
      facts: { ...details.facts, side: 'vm', path: path.slice(0, 200) },
    });
  }
};

const outcome = (
  vm: { id: string; name: string },
  target: string,
  tally: { files: number; folders: number; bytes: number; links: number },
): { id: string; name: string; target: string; files: number; folders: number; bytes: number; linksLeftOut: number } => ({
  id: shortId(vm.id),
  name: vm.name,
  target,
  files: tally.files,
  folders: tally.folders,
  bytes: tally.bytes,
  linksLeftOut: tally.links,
});
