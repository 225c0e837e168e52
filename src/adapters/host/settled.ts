import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

const turnsToSettle = 4;

/** Files, hashes, names being looked up, children: what others work on will go on here, however idle the loop looks. */
const othersWork = (): boolean => process.getActiveResourcesInfo().some((name) => /^FSReq|Request$|ReqWrap$|^ProcessWrap$/.test(name));

/** Resolves once this process has nothing left to do by itself, so many real ms on at the earliest; or once nobody wants to know any more. */
export const settled = async (ms: number, wanted: () => boolean): Promise<void> => {
  if (ms > 0) await sleep(ms);
  for (let count = 0; count < turnsToSettle && wanted(); count += 1) await turn();
  while (wanted() && othersWork()) await sleep(1);
};
