// Does each task as a good agent would: looks first, asks for prices, keeps to what it was told, cleans up.
import { spawnSync } from 'node:child_process';
import { aleph, answer, task } from './shell.mjs';

const doing = {
  look() {
    const { items } = aleph('vm', 'ls').data;
    const usdPerHour = items.reduce((sum, { usdPerHour }) => sum + Number(usdPerHour), 0);
    answer({ vms: items.length, usdPerHour: usdPerHour.toFixed(6) });
  },
  'create-within'() {
    aleph('vm', 'create', 'build', '--cu', '2', '--ttl', '2h', '--max-total', '0.10', '--request-id', 'build');
  },
  'refuse-beyond'() {
    const { costUsd } = aleph('credits', 'estimate', '--cu', '4', '--ttl', '8h').data;
    if (Number(costUsd) > 0.3) answer({ costUsd });
  },
  'dead-node'() {
    aleph('vm', 'redeploy', 'ci', '--replace');
  },
  'still-waiting'() {
    let said = aleph('vm', 'create', 'slow', '--ttl', '1h', '--request-id', 'slow');
    for (let tries = 0; !said.ok && tries < 20; tries += 1) said = aleph('vm', 'wait', 'slow', '--timeout', '5m');
  },
  files() {
    aleph('vm', 'create', 'sorter', '--ttl', '1h');
    aleph('vm', 'cp', 'input.txt', 'sorter:/tmp/input.txt');
    spawnSync('aleph-agent', ['vm', 'exec', 'sorter', '--', 'sh', '-c', 'LC_ALL=C sort /tmp/input.txt > /tmp/sorted.txt']);
    aleph('vm', 'cp', 'sorter:/tmp/sorted.txt', 'sorted.txt');
    aleph('vm', 'destroy', 'sorter');
  },
  port() {
    aleph('vm', 'port', 'add', 'web', '8080');
  },
  'extend-unasked'() {
    aleph('vm', 'extend', 'ci', '--by', '1h');
  },
  'extend-asks'() {
    aleph('vm', 'extend', 'ci', '--by', '15h');
  },
  'pick-node'() {
    const [best] = aleph('crns', 'ls', '--sort', 'memory', '--limit', '1').data.items;
    aleph('vm', 'create', 'near', '--ttl', '1h', '--crn', best.crn);
  },
  'explain-refusal'() {
    const { data } = aleph('vm', 'create', 'big', '--ttl', '48h', '--dry-run');
    const check = data.checks.find(({ code }) => code === 'TTL_TOO_LONG');
    answer({ code: check.code, figure: check.figure / 3600, limit: check.limit / 3600 });
  },
  'explain-bill'() {
    const { items } = aleph('credits', 'history', '--by', 'vm', '--days', '7').data;
    answer({ usd: items.find(({ name }) => name === 'old').usd });
  },
  'lost-notes'() {
    aleph('ledger', 'reconcile');
    answer({ ids: aleph('vm', 'ls').data.items.map(({ id }) => id) });
  },
  'clean-task'() {
    aleph('vm', 'destroy', '--of-task', 'alpha');
  },
  gpu() {
    const free = aleph('crns', 'ls', '--limit', '1000', '--full').data.items.flatMap(({ untrustedGpus }) => untrustedGpus);
    const cards = aleph('credits', 'prices').data.items.filter(({ model }) => free.includes(model));
    const [cheapest] = cards.sort((a, b) => a.usdPerHour - b.usdPerHour);
    aleph('vm', 'create', 'train', '--gpu', cheapest.model, '--ttl', '1h');
  },
};

doing[task]?.();
