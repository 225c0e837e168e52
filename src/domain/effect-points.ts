/**
 * Every place where something outside this process changes: ledger writes and network calls of create, destroy, approve,
 * reconcile and gc. The crash sweep kills the process just before and just after each; a new effect needs a name here.
 */
export const effectPoints = [
  'create.hold',
  'create.publish',
  'create.published',
  'create.processed',
  'create.start',
  'create.notify',
  'create.started',
  'create.healthy',
  'create.failover',
  'destroy.begin',
  'destroy.signed',
  'destroy.publish',
  'destroy.published',
  'destroy.erase',
  'destroy.erased',
  'destroy.forwardsSigned',
  'destroy.forwards',
  'destroy.forwarded',
  'destroy.terminated',
  'destroy.receipt',
  'operation.end',
  'lease.take',
  'lease.release',
  'approval.request',
  'approval.grant',
  'approval.use',
  'policy.set',
  'reconcile.status',
  'reconcile.adopt',
  'settle.expenses',
  'settle.done',
] as const;

export type EffectPoint = (typeof effectPoints)[number];
