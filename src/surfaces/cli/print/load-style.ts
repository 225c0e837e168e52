import type { Style } from '../../../contract/declare/style.ts';
import type { Host } from './host.ts';
import { plainStyle } from './plain-style.ts';

/** Is this stream to have colours, by `--color`, NO_COLOR, FORCE_COLOR and TERM=dumb (conventions.md §3.4)? */
const wantsColour = (host: Host, color: string, stream: 'output' | 'errors'): boolean => {
  if (color === 'never') return false;
  if (color === 'always') return true;
  const { NO_COLOR, FORCE_COLOR, TERM } = host.environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return host.terminals[stream] && TERM !== 'dumb';
};

/**
 * The style of what a call prints, or of its failure. `now`: the time by which the call lives. Loads chalk and cli-table3 only where their
 * output is seen.
 */
export const loadStyle = async (
  host: Host,
  color: string,
  { now, stream = 'output' }: { now?: () => number | null; stream?: 'output' | 'errors' } = {},
): Promise<Style> => {
  const colour = wantsColour(host, color, stream);
  if (!colour && !host.terminals[stream]) return plainStyle(host.mark());
  const { terminalStyle } = await import('./terminal-style.ts');
  const seen = { width: host.width, sign: host.legible('…'), now: host.terminals.output ? now : undefined };
  return terminalStyle({ ...seen, colour, mark: host.mark() });
};
