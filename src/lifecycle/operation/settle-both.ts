/**
 * Waits for both promises to end, so that neither is cut off; throws the work's failure first, then the other's, and returns the work's
 * result.
 */
export const settleBoth = async <Result>(work: Promise<Result>, other: Promise<unknown>): Promise<Result> => {
  const [done, beside] = await Promise.allSettled([work, other]);
  if (done.status === 'rejected') throw done.reason;
  if (beside.status === 'rejected') throw beside.reason;
  return done.value;
};
