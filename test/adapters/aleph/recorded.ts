import { readFileSync } from 'node:fs';

export interface Recorded {
  name: string;
  request: { method: string; path: string; body: unknown };
  response: { status: number; body: unknown };
}

const load = <Value>(file: string): Value => JSON.parse(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8'));

/** The pair of this name that the real software answered. */
export const recorded = (file: 'ccn-http' | 'crn-http', name: string): Recorded => {
  const found = load<Recorded[]>(`measured/${file}.json`).find((pair) => pair.name === name);
  if (found === undefined) throw new Error(`no recorded pair ${name} in ${file}`);
  return found;
};

export const fixture = load;

/** The recorded answer as a response. */
export const replay = ({ response }: Recorded): Response =>
  new Response(typeof response.body === 'string' ? response.body : JSON.stringify(response.body), { status: response.status });
