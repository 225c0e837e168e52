/** What is other than on the real network beside its routes; part of docs/devnet.md. */
export const otherDifferences: readonly string[] = [
  'It answers on loopback only, to requests whose `Host` is this machine; no answer has CORS headers, so pages in a browser cannot read it.',
  'Signatures are checked for EVM chains; a message of any other chain is rejected (error 1), and a node takes no key of a Solana wallet.',
  'Nobody holds ALEPH, and no chain is looked at for streams: only credits pay. With `--evm` credits are sold on an anvil node.',
  'A message is confirmed ten minutes after it was processed, by a transaction that is on no chain.',
  'There are two core nodes, whatever the number of compute nodes; a real one has a handful of them.',
  'Its images are names and sizes. A VM is an SSH banner, or with `--guests exec` a folder in which commands run on this machine, without isolation.',
  'A whole number that Python writes as 10.0 is written as 10.',
  'Errors of a query name the version of pydantic that they were recorded with, and only the first field that is wrong.',
  'The scheduler is closed source: what its clients rely on is there.',
];
