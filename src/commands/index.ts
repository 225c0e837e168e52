import type { Registered } from '../contract/registry.ts';

/** Every command, in the order in which help shows them. Nothing is loaded before it is needed. */
export const registry: readonly Registered[] = [
  { name: 'keys create', load: () => import('./keys/create.ts') },
  { name: 'keys import', load: () => import('./keys/import.ts') },
  { name: 'keys ls', load: () => import('./keys/ls.ts') },
  { name: 'keys show', load: () => import('./keys/show.ts') },
  { name: 'keys use', load: () => import('./keys/use.ts') },
  { name: 'schema', load: () => import('./schema.ts') },
  { name: 'commands', load: () => import('./commands.ts') },
  { name: 'errors', load: () => import('./errors.ts') },
  { name: 'exit-codes', load: () => import('./exit-codes.ts') },
  { name: 'profile', load: () => import('./profile.ts') },
];
