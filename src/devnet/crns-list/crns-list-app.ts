import type { Hono } from 'hono';
import { freeGpus } from '../crn/node/admission.ts';
import { usageSystem } from '../crn/node/describe-node.ts';
import { type Crn, isDead } from '../crn/world/crn.ts';
import { createApp } from '../http/create-app.ts';
import type { Faults } from '../http/faults.ts';
import type { DevnetClock } from '../world/clock.ts';
import { corechannelNode } from './corechannel-node.ts';

type Entry = Record<string, unknown>;

/** Ages of the list's own cache, ms: served as it is, and served while a refresh starts behind it (protocol-crn.md 1.1). */
const freshMs = 31_000;

const ipv6Check = ({ spec }: Crn): Entry | null => {
  if (spec.listing.ipv6 === 'missing') return null;
  return spec.listing.ipv6 === 'result' ? { host: spec.ipv6.host, result: spec.ipv6.vm } : spec.ipv6;
};

/** What the list fetched from the node; for a node that does not answer, what it fetched when it still did. */
const fetched = (crn: Crn, at: number): Entry => {
  const { spec } = crn;
  const from = `${new Date(at).toISOString().replace('Z', '000')}+00:00`;
  return {
    config_from_crn: true,
    debug_config_from_crn_at: from,
    debug_config_from_crn_error: 'None',
    debug_usage_from_crn_at: from,
    usage_from_crn_error: 'None',
    version: spec.version,
    payment_receiver_address: spec.reward,
    gpu_support: spec.gpus.length > 0,
    confidential_support: spec.confidential,
    qemu_support: spec.qemu,
    system_usage: spec.listing.usage === 'missing' ? null : usageSystem(crn),
    compatible_gpus: spec.gpus,
    compatible_available_gpus: freeGpus(crn),
    ipv6_check: ipv6Check(crn),
  };
};

/** The crns-list service: every registered node with the last good data, the dead ones among them looking well unless it noticed. */
export const createCrnsListApp = (clock: DevnetClock, faults: Faults, crns: readonly Crn[]): Hono => {
  const startedAt = clock.now();
  const lastGood = new Map<string, Entry>();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let entries: Entry[] = [];

  const entryOf = (crn: Crn): Entry => {
    const { inactiveForS } = crn.spec.listing;
    const known = lastGood.get(crn.spec.hash);
    const data = isDead(crn) && known !== undefined ? known : fetched(crn, isDead(crn) ? startedAt - 86_400_000 : clock.now());
    lastGood.set(crn.spec.hash, data);
    const inactive = inactiveForS === null ? null : Math.floor(startedAt / 1000) - inactiveForS;
    return { ...corechannelNode(crn.spec, crn.address), ...data, inactive_since: inactive };
  };

  const refresh = (): void => {
    if (clock.now() - refreshedAt <= freshMs) return;
    entries = crns.map(entryOf).sort((a, b) => Number(b['score']) - Number(a['score']));
    refreshedAt = clock.now();
  };

  const app = createApp('crns-list', { clock, faults });
  app.get('/crns.json', (c) => {
    refresh();
    const active = c.req.query('filter_inactive') === 'true';
    const shown = active ? entries.filter((entry) => entry['inactive_since'] === null) : entries;
    const at = `${new Date(refreshedAt).toISOString().replace('Z', '000')}+00:00`;
    return c.json({ last_refresh: at, crns: shown });
  });
  app.notFound((c) => c.json({ detail: 'Not Found' }, 404));
  return app;
};
