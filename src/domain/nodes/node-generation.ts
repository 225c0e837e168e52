export type Generation = '1.x' | '2.x' | 'unknown';

/** A node's generation: two of them behave differently (protocol-crn.md §0.2), and only the node's version tells which it is. */
export const generationOf = (version: string | null): Generation => {
  const major = Number.parseInt(version ?? '', 10);
  if (Number.isNaN(major)) return 'unknown';
  return major >= 2 ? '2.x' : '1.x';
};

export type Operated = 'stop' | 'start' | 'reboot' | 'reinstall';

const says: Readonly<Record<Operated, Readonly<Record<Generation, string>>>> = {
  stop: {
    '1.x': "A 1.x node takes a stopped VM off its list and keeps disk and ports; the network's scheduler may start it again at any time.",
    '2.x': 'A 2.x node keeps a stopped VM with disk, ports and addresses; since 2.1 only its owner starts it again.',
    unknown: "The node does not tell its version: if it is 1.x, the network's scheduler may start the VM again at any time.",
  },
  start: {
    '1.x': 'A 1.x node has no start: it is told to allocate the VM again, from the disk that it kept.',
    '2.x': 'A 2.x node starts the VM where it stands; before 2.2 it is told to allocate it again.',
    unknown: 'The node does not tell its version: it is asked to start the VM, or else to allocate it again.',
  },
  reboot: {
    '1.x': "A 1.x node restarts the VM's machine hard; it cannot start one that is stopped.",
    '2.x': 'A 2.x node restarts a running VM; one that is stopped is started with vm start.',
    unknown: 'The node does not tell its version; a reboot works only while the VM runs.',
  },
  reinstall: {
    '1.x': 'A 1.x node makes the root disk anew from the image; if that fails the VM may be off its list.',
    '2.x': 'A 2.x node makes the root disk anew in place, addresses stay; if that fails the VM is left stopped.',
    unknown: 'The node does not tell its version; the root disk is made anew from the image.',
  },
};

/** One sentence on what the operation does, and does not do, on a node of this generation. */
export const nodeLimits = (operation: Operated, generation: Generation): string => says[operation][generation];
