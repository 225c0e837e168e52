import type { Registered } from '../contract/registry.ts';

/** Every command, in the order in which help shows them. Nothing is loaded before it is needed. */
export const registry: readonly Registered[] = [
  { name: 'schema', load: () => import('./schema.ts') },
  { name: 'commands', load: () => import('./commands.ts') },
  { name: 'errors', load: () => import('./errors.ts') },
  { name: 'exit-codes', load: () => import('./exit-codes.ts') },
  { name: 'profile', load: () => import('./profile.ts') },
];
