/** The outcome of a VM whose message no CCN host got: nothing of it left this machine. */
export const neverSent = 'never sent';
