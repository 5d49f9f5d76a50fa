/** The type of a dispatcher that fits those of every version of undici, and asks nobody to have the package. */

// biome-ignore lint/suspicious/noExplicitAny: the parameters of each version are others, and no type stands for them all.
type Method = (...input: any[]) => any;

/** A `Dispatcher` of the package undici, versions 6 to 8. */
export interface GateDispatcher {
  readonly dispatch: Method;
  readonly request: Method;
  readonly stream: Method;
  readonly pipeline: Method;
  readonly connect: Method;
  readonly upgrade: Method;
  readonly compose: Method;
  readonly close: Method;
  readonly destroy: Method;
  readonly on: Method;
  readonly once: Method;
  readonly off: Method;
  readonly addListener: Method;
  readonly removeListener: Method;
  readonly removeAllListeners: Method;
  readonly prependListener: Method;
  readonly prependOnceListener: Method;
  readonly setMaxListeners: Method;
  readonly getMaxListeners: Method;
  readonly listeners: Method;
  readonly rawListeners: Method;
  readonly listenerCount: Method;
  readonly eventNames: Method;
  readonly emit: Method;
}
