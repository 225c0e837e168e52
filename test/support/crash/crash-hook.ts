/** Calls `die` where the binary would kill itself by this value of ALEPH_AGENT_CRASH: `create.hold:after:2`, several with commas between. */
export const crashHook = (crash: string | undefined, die: () => void): ((point: string, when: 'before' | 'after') => void) => {
  const wanted = (crash ?? '').split(',').map((one) => one.split(':'));
  const times = new Map<string, number>();
  return (point, when) => {
    const nth = (times.get(`${point}:${when}`) ?? 0) + 1;
    times.set(`${point}:${when}`, nth);
    if (wanted.some(([at, side, count]) => at === point && side === when && nth === Number(count ?? 1))) die();
  };
};
