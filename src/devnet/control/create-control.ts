import { Decimal } from 'decimal.js';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import type { Ccn } from '../ccn/create-ccn.ts';
import { creditBalance } from '../ccn/credits/credits.ts';
import type { CreditSale } from '../evm/credit-sale.ts';
import { devnetPrices } from '../evm/devnet-evm.ts';
import type { NewFault } from '../http/fault.ts';
import type { Faults } from '../http/faults.ts';
import { parseFault } from '../http/parse-fault.ts';
import type { DevnetClock } from '../world/clock.ts';
import { guard } from './guard.ts';

export interface ControlOptions {
  clock: DevnetClock;
  faults: Faults;
  ccn: Ccn;
  /** Where credits are sold; null for nowhere. */
  sale: CreditSale | null;
  /** What POST and DELETE must show. */
  token: string;
  /** Host names (without port) beside loopback ones that control may be called by. */
  hosts?: readonly string[];
  /** What `devnet up` prints, less private keys and token. */
  document(): unknown;
  /** How many VMs each node holds, by the node's name; nodes without any may be left out. */
  vmsByNode(): Record<string, number>;
  /** Whose balances the state report shows. */
  addresses(): readonly string[];
  /** Ends the devnet, after the answer has been given. */
  down(): void;
}

const CREDITS_PER_USD = 1_000_000;

const advance = z.strictObject({ ms: z.number().min(0) });
const rate = z.strictObject({ rate: z.number().min(0).max(1_000_000) });
const usd = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'a decimal number of USD with up to six decimals, as text');
const evmAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address');
const fund = z.strictObject({ address: evmAddress, usd });
const tokenNames = ['usdc', 'aleph', 'eth'] as const;
const give = z.strictObject({ address: evmAddress, token: z.enum(tokenNames), units: z.string().regex(/^\d{1,30}$/, 'digits') });
/** Words as on the command line, so that there is one grammar of faults. */
const fault = z.strictObject({ words: z.array(z.string()).min(1) });

const body = async <Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> => {
  const parsed = schema.safeParse(await c.req.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HTTPException(400, { res: Response.json({ error: `${issue?.path.join('.') || 'body'}: ${issue?.message}` }, { status: 400 }) });
};

const faultOf = (words: readonly string[]): NewFault => {
  try {
    return parseFault(words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new HTTPException(400, { res: Response.json({ error: error.message }, { status: 400 }) });
  }
};

/** How things stand: messages by status, VMs by node, balances in whole credits as text. */
const stateReport = ({ ccn, clock, vmsByNode, addresses }: ControlOptions): object => {
  const messages: Record<string, number> = {};
  for (const row of ccn.state('a').messages.values()) messages[row.status] = (messages[row.status] ?? 0) + 1;
  const balances = addresses().map((address) => [address, creditBalance(ccn.state('a'), address, clock.now()).toString()]);
  return { messages, vms: vmsByNode(), balances: Object.fromEntries(balances) };
};

/** The devnet's own surface: reading is free, changing needs the token, and only loopback names are served (no CORS). */
export const createControl = (options: ControlOptions): Hono => {
  const { clock, faults, ccn } = options;
  const app = new Hono();
  app.use('*', guard(options.token, options.hosts ?? []));
  app.use('*', async (c, next) => {
    await next();
    c.res.headers.set('date', new Date(clock.now()).toUTCString());
  });
  const time = () => ({
    now: clock.now(),
    rate: clock.rate,
    ...(clock.waits ? { waits: true } : {}),
    at: new Date(clock.now()).toISOString(),
  });

  app.get('/', (c) => c.json(options.document() as object));
  app.get('/time', (c) => c.json(time()));
  app.get('/state', (c) => c.json(stateReport(options)));
  app.get('/bills', (c) => c.json({ bills: ccn.bills() }));
  // a price source for top-ups, as real ones answer
  app.get('/prices/:token', (c) => {
    const token = tokenNames.find((name) => name === c.req.param('token').toLowerCase());
    return token === undefined ? c.json({ error: 'No such token.' }, 404) : c.json({ usd: Number(devnetPrices[token]) });
  });
  app.get('/faults', (c) => c.json({ faults: faults.list() }));

  app.post('/clock/advance', async (c) => {
    const { ms } = await body(c, advance);
    await clock.advance(ms);
    return c.json(time());
  });
  app.post('/clock/rate', async (c) => {
    clock.run((await body(c, rate)).rate);
    return c.json(time());
  });
  app.post('/fund', async (c) => {
    const { address, usd: amount } = await body(c, fund);
    const credits = BigInt(new Decimal(amount).times(CREDITS_PER_USD).toFixed(0));
    if (credits === 0n) throw new HTTPException(400, { res: Response.json({ error: 'usd: must be above nought' }, { status: 400 }) });
    ccn.fund(address, credits);
    return c.json({ address, credits: credits.toString(), balance: creditBalance(ccn.state('a'), address, clock.now()).toString() });
  });
  app.post('/tokens', async (c) => {
    const { address, token, units } = await body(c, give);
    if (options.sale === null) return c.json({ error: 'This devnet has no EVM chain: start it with --evm URL of an anvil node.' }, 400);
    const given = options.sale.give(token, address, BigInt(units));
    clock.hold(given);
    await given;
    return c.json({ address, token, units });
  });
  app.post('/bill', (c) => {
    ccn.bill();
    return c.json({ bills: ccn.bills() });
  });
  app.post('/fault', async (c) => c.json({ fault: faults.add(faultOf((await body(c, fault)).words)) }));
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json({ faults: [] });
  });
  app.delete('/faults/:id', (c) => {
    const id = c.req.param('id');
    return faults.remove(id) ? c.json({ faults: faults.list() }) : c.json({ error: `No fault has the id ${id}.` }, 404);
  });
  app.post('/down', (c) => {
    // The answer goes out first.
    setImmediate(options.down);
    return c.json({ down: true });
  });
  return app;
};
