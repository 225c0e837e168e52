/** Both at once, and both to their end; the work's outcome, good or bad, is what counts first. */
export const settleBoth = async <Result>(work: Promise<Result>, other: Promise<unknown>): Promise<Result> => {
  const [done, beside] = await Promise.allSettled([work, other]);
  if (done.status === 'rejected') throw done.reason;
  if (beside.status === 'rejected') throw beside.reason;
  return done.value;
};
