import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/devnet/crn/auth/authenticate.ts';
import { CrnError } from '../../src/devnet/crn/world/crn-error.ts';

interface Case {
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  status: number;
  body: Record<string, unknown>;
}

const recorded = JSON.parse(readFileSync(new URL('../fixtures/crn-auth.json', import.meta.url), 'utf8')) as {
  frozen_clock: string;
  crn_domain: string;
  cases: Case[];
};

const verdict = (one: Case) => {
  const header = (name: string) => one.headers[name];
  try {
    const address = authenticate({ method: one.method, path: one.path, header }, recorded.crn_domain, Date.parse(recorded.frozen_clock));
    return { status: 200, body: { authenticated: address } };
  } catch (error) {
    if (!(error instanceof CrnError)) throw error;
    return { status: error.status, body: error.body };
  }
};

describe('the header check of a CRN gives the verdicts that aleph-vm gave', () => {
  it.each(recorded.cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(verdict(one)).toEqual({ status: one.status, body: one.body });
  });

  it('holds every recorded case', () => {
    expect(recorded.cases.length).toBeGreaterThanOrEqual(18);
  });
});
