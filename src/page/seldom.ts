/** Makes what runs at once, and then not again for so long, ms: of all that comes meanwhile one is made good at its end. */
export const seldom = (act: () => void, ms: number): (() => void) => {
  let resting = false;
  let again = false;
  const run = (): void => {
    resting = true;
    again = false;
    act();
    setTimeout(() => {
      resting = false;
      if (again) run();
    }, ms);
  };
  return () => {
    if (resting) again = true;
    else run();
  };
};
