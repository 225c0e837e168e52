import { describe, expect, it, test } from 'vitest';
import { admits } from '../../../src/devnet/crn/node/admission.ts';
import { type Crn, isDead } from '../../../src/devnet/crn/world/crn.ts';
import { isOlder } from '../../../src/domain/nodes/node-version.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { chooseNodes, rankNodes } from '../../../src/lifecycle/nodes/choose-nodes.ts';
import { surveyNodes } from '../../../src/lifecycle/nodes/survey-nodes.ts';
import { atFirstPost } from '../../support/devnet/devnet-moves.ts';
import { createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const need = { vcpus: 1, memoryMib: 2048, diskMib: 20_480 };
const terms = 'ab'.repeat(32);

let calls = 0;

/** A choice for a call that no plan was made for. */
const choose = async (t: TestContext, wish: { crn?: string; acceptTerms?: boolean; memoryMib?: number; delegated?: boolean } = {}) => {
  const { crn = 'auto', acceptTerms = false, memoryMib = need.memoryMib, delegated = false } = wish;
  return t.run(
    surveyNodes(t.context).then((survey) => {
      const call = { account: t.account, argumentsDigest: `${++calls}` };
      const wished = { crn, need: { ...need, memoryMib }, acceptTerms, call, delegated };
      return chooseNodes(t.context, survey, wished, rankNodes(t.context, survey, wished));
    }),
  );
};
const crnOf = (t: Pick<TestContext, 'devnet'>, hash: string): Crn => t.devnet.crns.find(({ spec }) => spec.hash === hash)!;
const urlOf = (t: TestContext, index: number): string => t.devnet.crns[index]!.address;
const asked = (t: TestContext): number => new Set(t.requests.filter((line) => line.endsWith('/status/config'))).size;

describe('probe before pay (W-131, XA-17)', () => {
  it('takes only nodes that are alive, true, new enough, free of terms and with room, whatever the list says', async () => {
    const world = await openWorld({ nodes: 60 });
    world.fault('crn-0 other-hash', 'crn-1 dead', 'crn-2 hash-unknown');
    for (let seed = 1; seed <= 12; seed += 1) {
      const t = await testContext({ world, seed });
      const { nodes } = await choose(t);
      expect(nodes).toHaveLength(3);
      expect(asked(t)).toBeLessThanOrEqual(12);
      for (const { hash } of nodes) {
        const crn = crnOf(t, hash);
        expect(isDead(crn) || ['crn-0', 'crn-2'].includes(crn.host)).toBe(false);
        expect(crn.spec).toMatchObject({ linked: true, qemu: true, terms: '', ipv6: { host: true, vm: true } });
        expect(isOlder(crn.spec.version, '1.11.0')).toBe(false);
        const spec = {
          ...need,
          owner: '',
          image: '',
          volumes: [],
          authorizedKeys: [],
          nodeHash: null,
          paymentType: 'credit',
          gpuDevices: [],
          confidential: false,
          terms: false,
        };
        expect(admits(crn, spec)).toBe(true);
      }
    }
    await world.close();
  });

  it('W-130 twenty callers at one moment do not all take the same node, and the reason is in figures', async () => {
    const world = await openWorld({ nodes: 60 });
    const firsts = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const { nodes, why } = await choose(await testContext({ world, seed }));
      firsts.add(nodes[0]!.hash);
      expect(why).toMatch(
        /^drawn by chance, better ones more often, from \d+ suitable nodes \(60 known\): score 0\.\d\d, \d+ GiB free, \d+ ms, not used by you before$/,
      );
    }
    expect(firsts.size).toBeGreaterThan(5);
    await world.close();
  });

  it('asks nobody twice within a minute, and again after it', async () => {
    const t = await testContext();
    const probes = () => t.requests.filter((line) => line.endsWith('/status/config')).length;
    await choose(t);
    const first = probes();
    await choose(t);
    expect(probes()).toBe(first);
    await t.devnet.clock.advance(61_000);
    await choose(t);
    expect(probes()).toBe(2 * first);
  });

  test.each([600, 1200])('of %i nodes at 100 ms round trips it takes three rounds, well under a second', async (nodes) => {
    const t = await testContext({ devnet: { nodes } });
    t.fault('ccn latency 100ms', 'crns-list latency 100ms', 'scheduler latency 100ms', 'crn latency 100ms');
    const before = t.devnet.clock.now();
    await choose(t);
    // list, rules and the scheduler's first page; its other pages; the nodes and two CCN hosts at once
    expect((t.devnet.clock.now() - before) / 100).toBe(3);
    expect(asked(t)).toBe(12);
  });

  it('a node named by the caller is judged by its own figures too', async () => {
    const t = await testContext();
    t.devnet.crns[0]!.spec.committed.memoryMib = t.devnet.crns[0]!.spec.memoryMib - 2048 - 8192 - 1024;
    const failure = await failureOf(choose(t, { crn: urlOf(t, 0) }));
    expect(failure).toMatchObject({ code: 'NODE_UNAVAILABLE', exit: 6 });
    expect(failure.message).toMatch(/^CRN [0-9a-f]{12} cannot take the VM: it has too little memory left\.$/);
    expect((await choose(t, { crn: urlOf(t, 1) })).why).toMatch(/^named by you: score 0\.96, /);
  });

  it.each([
    ['dead', 'does not answer'],
    ['other-hash', 'says that it is another node'],
    ['hash-unknown', 'does not know its own identity yet'],
  ])('a named node that is %s is refused, once: it %s', async (fault, words) => {
    const t = await testContext();
    t.fault(`crn-1 ${fault}`);
    const { message } = await failureOf(choose(t, { crn: urlOf(t, 1) }));
    expect(message).toMatch(new RegExp(`: it ${words}\\.$`));
  });

  it('an old version is refused, by the list and by the node itself', async () => {
    const t = await testContext();
    t.devnet.crns[1]!.spec.version = '1.9.2';
    expect((await failureOf(choose(t, { crn: urlOf(t, 1) }))).message).toContain('a version older than the network accepts');
    for (let seed = 0; seed < 5; seed += 1) expect((await choose(t)).nodes.map(({ url }) => url)).not.toContain(urlOf(t, 1));
  });

  it('says what rules the nodes out when none will do (W-093)', async () => {
    const t = await testContext({ devnet: { nodes: 40 } });
    const failure = await failureOf(choose(t, { memoryMib: 4_000_000 }));
    expect(failure.code).toBe('NODE_UNAVAILABLE');
    const counts = failure.details.facts?.['ruledOut'] as Record<string, number>;
    expect(counts['memory']! + (counts['usageUnknown'] ?? 0)).toBe(40);
    expect(failure.message).toContain(`${counts['memory']} memory`);
  });

  it('names each asked node and its fault when all fell away meanwhile', async () => {
    const t = await testContext();
    await t.run(surveyNodes(t.context));
    t.fault('crn dead');
    const failure = await failureOf(choose(t));
    expect(failure.message).toBe('None of the 3 best CRNs can take the VM now.');
    expect(failure.details.facts).toMatchObject({ nodes: [{ problem: 'does not answer' }, {}, {}] });
  });
});

describe('terms and conditions', () => {
  const withTerms = async (indices: readonly number[]) => {
    const t = await testContext();
    for (const index of indices) t.devnet.crns[index]!.spec.terms = terms;
    return t;
  };

  it('are skipped unless accepted, and the failure says how', async () => {
    const t = await withTerms([0, 2]);
    expect((await choose(t)).nodes.map(({ url }) => url)).toEqual([urlOf(t, 1)]);
    const all = await withTerms([0, 1, 2]);
    const failure = await failureOf(choose(all));
    expect(failure.details.facts).toMatchObject({ ruledOut: { terms: 2, termsVersion: 1 } });
    expect(failure.details.fix?.text).toContain('--accept-terms');
    expect((await failureOf(choose(all, { crn: urlOf(all, 0) }))).message).toContain('terms and conditions that were not accepted');
  });

  it('are copied into the message when accepted, and only then', async () => {
    const t = await withTerms([0, 1, 2]);
    const plan = await t.run(planCreate(t.context, { acceptTerms: true }));
    const { acceptedTerms, nodes } = plan.subject;
    expect(acceptedTerms).toEqual(Object.fromEntries(nodes.map(({ hash }) => [hash, terms])));
    expect(plan.terms).toMatchObject({ acceptedTerms });
    const vm = await t.run(createVm(t.context, { acceptTerms: true }));
    expect(vm.state).toBe('healthy');
    const content = JSON.parse(JSON.parse(t.ledger.signed(vm.id)!.bytes).message.item_content);
    expect(content.requirements).toEqual({ node: { node_hash: vm.node.hash, terms_and_conditions: terms } });

    expect(nodes.map(({ url }) => url).sort()).toEqual([urlOf(t, 0), urlOf(t, 2)]);

    const plain = await withTerms([]);
    const other = await plain.run(createVm(plain.context, { acceptTerms: true }));
    const { requirements } = JSON.parse(JSON.parse(plain.ledger.signed(other.id)!.bytes).message.item_content);
    expect(requirements).toEqual({ node: { node_hash: other.node.hash } });
  });
});

describe('terms and the version of the node', () => {
  const older = async () => {
    const t = await testContext();
    t.devnet.crns[1]!.spec.terms = terms;
    expect(t.devnet.crns[1]!.spec).toMatchObject({ generation: 'G1', version: expect.stringMatching(/^1\./) });
    return t;
  };

  it('R-06 it is not chosen with --accept-terms, and the plan says why', async () => {
    const t = await older();
    const plan = await t.run(planCreate(t.context, { acceptTerms: true }));
    expect(plan.subject.nodes.map(({ url }) => url)).not.toContain(urlOf(t, 1));
    expect(plan.choice?.why).toMatch(/; 1 with terms left out: below version 2\.0 a node takes no VM paid by credits with them$/);
    const named = await t.run(failureOf(planCreate(t.context, { acceptTerms: true, crn: urlOf(t, 1) })));
    expect(named).toMatchObject({ code: 'NODE_UNAVAILABLE', message: expect.stringContaining('is not known to run version 2.0 or later') });
    expect(named.details.fix?.text).not.toContain('--accept-terms');
  });

  it('R-06 the version that the node itself tells counts', async () => {
    const t = await testContext();
    const { spec } = t.devnet.crns[2]!;
    spec.terms = terms;
    await t.run(surveyNodes(t.context));
    spec.version = '1.14.0';
    const failure = await t.run(failureOf(choose(t, { crn: urlOf(t, 2), acceptTerms: true })));
    expect(failure.message).toContain('is not known to run version 2.0 or later');
  });
});

describe('our own history', () => {
  it('B-034 a node that failed us a moment ago is the last to be tried', async () => {
    const t = await testContext({ seed: 3, onRequest: atFirstPost(() => void t.fault('crn-0 full')) });
    await t.run(failureOf(createVm(t.context, { name: 'one', crn: urlOf(t, 0) })));
    expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'failed' }]);
    const survey = await t.run(surveyNodes(t.context));
    expect(survey.nodes.find(({ url }) => url === urlOf(t, 0))).toMatchObject({ history: { boots: 0, failures: 1 } });
    t.devnet.faults.clear();
    await t.devnet.clock.advance(61_000);
    const place = async () => (await choose(t)).nodes.findIndex(({ url }) => url === urlOf(t, 0));
    const soon = [await place(), await place(), await place(), await place(), await place(), await place()];
    expect(soon.filter((at) => at === 2).length).toBeGreaterThanOrEqual(5);
    await t.devnet.clock.advance(10 * 60_000);
    const later = [await place(), await place(), await place(), await place(), await place(), await place()];
    expect(later.filter((at) => at === 2).length).toBeLessThan(6);
  });

  it('counts what came up, and how long it took', async () => {
    const t = await testContext();
    const vm = await t.run(createVm(t.context, { name: 'one', crn: urlOf(t, 1) }));
    const survey = await t.run(surveyNodes(t.context));
    const readySeconds = Math.round((vm.healthyAt! - vm.signedAt) / 100) / 10;
    expect(survey.nodes.find(({ url }) => url === urlOf(t, 1))!.history).toEqual({
      boots: 1,
      failures: 0,
      lastFailureAt: null,
      readySeconds,
    });
    expect((await choose(t, { crn: urlOf(t, 1) })).why).toContain('booted 1 VM of yours, failed 0');
  });
});

describe('the list is down', () => {
  it('goes on with an older copy, and says of when it is', async () => {
    const t = await testContext();
    await t.run(surveyNodes(t.context));
    expect(t.warnings).toEqual([]);
    await t.devnet.clock.advance(3_600_000);
    t.fault('crns-list status 503');
    expect((await choose(t)).nodes).toHaveLength(3);
    expect(t.warnings).toEqual([{ code: 'LIST_STALE', message: 'The node list is of 2026-11-20T12:00:00Z: its source does not answer.' }]);
  });

  it('takes the registry and asks the nodes when there is no copy', async () => {
    const t = await testContext();
    t.fault('crns-list drop-before', 'crn-2 dead');
    const { nodes } = await choose(t);
    expect(nodes.map(({ url }) => url).sort()).toEqual([urlOf(t, 0), urlOf(t, 1)]);
    expect(t.warnings).toMatchObject([{ code: 'LIST_STALE', message: expect.stringContaining('registry') }]);
  });

  it('does without the scheduler', async () => {
    const t = await testContext();
    t.fault('scheduler drop-before');
    const survey = await t.run(surveyNodes(t.context));
    expect(survey).toMatchObject({ words: null, minVersion: '1.11.0' });
    expect((await choose(t)).nodes).toHaveLength(3);
  });
});

describe('I-11: the plan names the nodes that are tried, and the draw is explained', () => {
  it('I-11 the same call after its plan tries those nodes in that order; the next VM gets a draw of its own', async () => {
    const t = await testContext({ devnet: { nodes: 60 } });
    const nodesOf = ({ subject }: Awaited<ReturnType<typeof planCreate>>): string[] => subject.nodes.map(({ hash }) => hash);
    const first = nodesOf(await t.run(planCreate(t.context, { name: 'ci' })));
    for (let again = 0; again < 3; again += 1) expect(nodesOf(await t.run(planCreate(t.context, { name: 'ci' })))).toEqual(first);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    expect(vm.node.hash).toBe(first[0]);
    await t.run(destroy(t.context, vm.id, 'destroy'));
    expect(nodesOf(await t.run(planCreate(t.context, { name: 'ci' })))).not.toEqual(first);
  });

  it('I-11 a named node that will not do any more gives way, the others stay', async () => {
    const t = await testContext({ devnet: { nodes: 60 } });
    const first = (await t.run(planCreate(t.context, { name: 'ci' }))).subject.nodes;
    t.fault(`${crnOf(t, first[0]!.hash).host} dead`);
    await t.devnet.clock.advance(61_000);
    const then = (await t.run(planCreate(t.context, { name: 'ci' }))).subject.nodes.map(({ hash }) => hash);
    expect(then.slice(0, 2)).toEqual(first.slice(1).map(({ hash }) => hash));
    expect(then).toHaveLength(3);
  });

  it('I-11 none is drawn that is far behind the best, and the reason says that it was drawn', async () => {
    const world = await openWorld({ nodes: 60 });
    for (let seed = 1; seed <= 8; seed += 1) {
      const t = await testContext({ world, seed });
      const { nodes, why } = await choose(t);
      const scores = nodes.map(({ hash }) => crnOf(t, hash).spec.score);
      expect(Math.min(...scores)).toBeGreaterThan(0.8);
      expect(why).toMatch(/^drawn by chance, better ones more often, from \d+ suitable nodes \(60 known\): score /);
    }
    await world.close();
  });
});
