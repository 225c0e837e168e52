import { Failure } from '../failure/failure.ts';
import { human } from '../suggest/fix.ts';
import { cleanUntrusted } from '../text/untrusted.ts';
import { type SignedNetwork, type TypedData, type TypedField, typedDomain } from './typed-data.ts';

const field = (type: TypedField['type'], ...names: string[]): TypedField[] => names.map((name) => ({ name, type }));

/** The fields that every type but the policy seal ends with; the agent's words come last, behind our figures. */
const common: readonly TypedField[] = [
  ...field('string', 'network'),
  ...field('address', 'account', 'payer'),
  ...field('uint256', 'policyVersion'),
  ...field('bytes32', 'plan'),
  ...field('string', 'approval'),
  ...field('bytes32', 'nonce'),
  ...field('string', 'issuedAt', 'expiresAt', 'agentSays'),
];

/**
 * All types that an approver signs. Each kind of approval has its own type, so that a signature over one never passes for another; our
 * figures come first.
 */
export const approvalTypes = {
  PlanApproval: [...field('string', 'what', 'mostUsd', 'action'), ...common],
  EnvelopeApproval: [...field('string', 'what', 'mostUsd'), ...common],
  ApproverChange: [...field('string', 'what'), ...field('address', 'from', 'to'), ...common],
  Funder: [...field('string', 'what'), ...field('address', 'funder'), ...common],
  GrantExposure: [...field('string', 'what'), ...field('address', 'to'), ...field('string', 'channel', 'exposes', 'creditsUsd'), ...common],
  TopUp: [
    ...field('string', 'what', 'mostUsd', 'amount'),
    ...field('address', 'to'),
    ...field('uint256', 'chainId'),
    ...field('string', 'maxFeeEth', 'creditsUsd'),
    ...common,
  ],
  Thaw: [...field('string', 'what', 'frozenAt'), ...field('uint256', 'upTo'), ...common],
  PolicySeal: [
    ...field('string', 'limits', 'acknowledgedUsd', 'authorisedAt', 'network'),
    ...field('address', 'account', 'payer', 'approver'),
    ...field('uint256', 'version'),
    ...field('bytes32', 'limitsHash', 'previous'),
    ...field('uint256', 'thawed'),
    ...field('bytes32', 'nonce'),
    ...field('string', 'issuedAt', 'expiresAt'),
  ],
} as const satisfies Record<string, readonly TypedField[]>;

export type ApprovalType = keyof typeof approvalTypes;

/** A message of one of our types, its fields in the order of the type. Throws a `TypeError` naming a field that has no text. */
export const typedMessage = (
  network: SignedNetwork,
  primaryType: ApprovalType,
  values: Readonly<Record<string, string | null>>,
): TypedData => ({
  domain: typedDomain(network),
  types: { [primaryType]: approvalTypes[primaryType] },
  primaryType,
  message: Object.fromEntries(approvalTypes[primaryType].map(({ name }) => [name, textOf(values, name)])),
});

const textOf = (values: Readonly<Record<string, unknown>>, name: string): string => {
  const value = values[name];
  if (typeof value !== 'string') throw new TypeError(`${name} is missing`);
  return value;
};

/**
 * Reads a message that an approver was sent. Throws `USAGE` unless it is one of our types for this network, with exactly the fields of its
 * type. Where no devnet answers to tell its identity (`networkId` null), the message is signed for the one that it is for.
 */
export const readTypedMessage = (value: unknown, { network, networkId }: { network: string; networkId: string | null }): TypedData => {
  const { primaryType, message, domain } = (value ?? {}) as { primaryType?: unknown; message?: unknown; domain?: { salt?: unknown } };
  const known = typeof primaryType === 'string' && Object.hasOwn(approvalTypes, primaryType) ? (primaryType as ApprovalType) : null;
  if (known === null || typeof message !== 'object' || message === null) throw notOurs('it is none of the types of approvals');
  const fields = message as Record<string, unknown>;
  if (fields['network'] !== network) throw notOurs(`it is for network ${String(fields['network']).slice(0, 40)}, and this is ${network}`);
  const salt = networkId === null ? domain?.salt : typedDomain({ network, networkId }).salt;
  if (domain?.salt !== salt || !shapesByType.bytes32.test(String(salt)))
    throw notOurs(`it is for network ${network}, and for another one of that name`);
  const extra = Object.keys(fields).find((name) => !approvalTypes[known].some((each) => each.name === name));
  if (extra !== undefined) throw notOurs(`${known} has no ${extra.slice(0, 40)}`);
  const unlike = approvalTypes[known].find(({ name, type }) => !isShaped(name, type, fields[name]));
  if (unlike !== undefined)
    throw notOurs(fields[unlike.name] === undefined ? `${unlike.name} is missing` : `its ${unlike.name} is not like one`);
  const read = typedMessage({ network, networkId: networkId ?? '' }, known, fields as Record<string, string>);
  return { ...read, domain: { ...read.domain, salt: String(salt) } };
};

const amount = /^\d{1,15}(\.\d{1,9})?$/;

const shapesByType: Readonly<Record<TypedField['type'], RegExp>> = {
  address: /^0x[0-9a-fA-F]{40}$/,
  bytes32: /^0x[0-9a-fA-F]{64}$/,
  uint256: /^\d{1,78}$/,
  string: /^/,
};

const shapesByName: Readonly<Record<string, RegExp>> = {
  mostUsd: amount,
  creditsUsd: amount,
  maxFeeEth: /^\d{1,15}(\.\d{1,18})?$/,
  acknowledgedUsd: /^(none|\d{1,15}(\.\d{1,9})?)$/,
  approval: /^ap_[0-9a-z]{8}$/,
};

/** A person reads these before signing, at a terminal: amounts are amounts, and no text holds what moves a cursor. The agent's words are cleaned where they are shown. */
const isShaped = (name: string, type: TypedField['type'], value: unknown): boolean =>
  typeof value === 'string' &&
  shapesByType[type].test(value) &&
  (shapesByName[name] ?? shapesByType[type]).test(value) &&
  (name === 'agentSays' || cleanUntrusted(value) === value);

const notOurs = (what: string): Failure =>
  new Failure('USAGE', `This is nothing that an approver signs: ${what}.`, {
    fix: human('Give what "approve ID --show --json" printed where the agent is.'),
  });
