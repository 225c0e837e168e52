/**
 * `create.hold:after:2` kills the process just after the second such effect: how tests die at every effect point of a built binary. Several
 * with commas between them: whichever comes first.
 */
export const crasher = (variable: string) => {
  const wanted = variable.split(',').map((one) => one.split(':'));
  const times = new Map<string, number>();
  return (point: string, when: 'before' | 'after'): void => {
    const nth = (times.get(`${point}:${when}`) ?? 0) + 1;
    times.set(`${point}:${when}`, nth);
    const isOver = wanted.some(([at, side, count]) => at === point && side === when && nth === Number(count ?? 1));
    if (isOver) process.kill(process.pid, 'SIGKILL');
  };
};
