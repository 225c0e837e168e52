import { Failure } from '../failure/failure.ts';
import { heardInVm } from '../reach/heard-in-vm.ts';
import { human } from '../suggest/fix.ts';
import type { SafeAddress } from './invitation.ts';

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** A child calls its safe from its VM: `USAGE` where a VM on none of these nodes reaches it. */
export const requireHeard = ({ url }: Pick<SafeAddress, 'url'>, nodes: readonly { url: string }[]): void => {
  if (nodes.some((node) => heardInVm([url], hostOf(node.url)).length > 0)) return;
  throw new Failure('USAGE', `The safe is served at ${url}, which no VM there reaches: the child could not join.`, {
    sideEffects: 'none',
    fix: human('Serve it at an address that the internet reaches.', 'serve', { help: true }),
    facts: { url },
  });
};
