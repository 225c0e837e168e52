import { lazily } from './lazily.ts';

/** A port of asynchronous methods alone: the only kind that can load when it is first called. */
type Asynchronous<Port> = { readonly [Name in keyof Port]: (...given: never[]) => Promise<unknown> };

/** A port whose implementation loads at the first call of any of its methods. */
export const deferred = <Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port => {
  const loaded = lazily(load);
  return new Proxy({} as Port, {
    // an object with `then` would be taken for a promise wherever it is awaited
    get: (_, name) => (name === 'then' ? undefined : async (...given: never[]) => (await loaded())[name as keyof Port](...given)),
  });
};
