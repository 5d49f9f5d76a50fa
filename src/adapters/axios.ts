/**
 * Signs requests of axios in its adapter: after every interceptor, transform, default and serialiser has had its turn, so that
 * what is signed is what is sent. Interceptors only put the signing adapter in the place of the config's own.
 */

import type { Signer } from '../client/open-signer';
import { copyOf, signersOf, withoutUndefined } from '../client/per-call';
import { checkRedirect } from '../client/redirect';
import { retryPolicy } from '../client/retry';
import type { LoopOptions } from '../client/signed-fetch';
import type { SignerOptions } from '../client/signer-options';
import { refuseOption } from '../errors';
import { type AdapterChoice, type AxiosEngine, createEngine } from './axios-engine';
import {
  type AxiosAdapter,
  type AxiosInstance,
  type AxiosRequestConfig,
  axiosPackage,
  type InternalAxiosRequestConfig,
} from './axios-package';
import { type AxiosSending, sendByAxios } from './axios-send';
import { coverKeys, uncoverKeys } from './covered-keys';

/** A signer's options, and what becomes of redirects (see `LoopOptions.redirect`). */
export interface AxiosInterceptorOptions extends SignerOptions, Pick<LoopOptions, 'redirect'> {}

/** The same, and how a request is sent again (see `LoopOptions.retry`). */
export interface SignAxiosOptions extends AxiosInterceptorOptions, Pick<LoopOptions, 'retry'> {}

/** A config with options for one call: `const config: SignedAxiosRequestConfig = { aws: { region: 'eu-west-1' } }`. */
export interface SignedAxiosRequestConfig<D = unknown> extends AxiosRequestConfig<D> {
  /** Over the options that the interceptor was made with. Axios errors hold their config, in which keys are a function that gives them. */
  readonly aws?: SignAxiosOptions | undefined;
}

/** What `axios.interceptors.request.use` takes. */
export type AxiosRequestInterceptor = (config: InternalAxiosRequestConfig) => InternalAxiosRequestConfig;

/**
 * Gives a request interceptor that signs, whichever place it has among others: it signs in the adapter, when all of them have
 * run. A request is sent once; redirects are followed as `maxRedirects` says, signed again for the same origin and hosts of
 * `allowHosts`, and without anything secret for others. In a page XMLHttpRequest follows redirects by itself, and takes headers
 * along to hosts that allow them: `adapter: 'fetch'` refuses them there. `config.auth` is refused, since it would replace the
 * signature. `config.timeout` holds for what is sent, not for the wait for keys. A Host of its own is sent by the http adapter
 * alone, over TLS on Node 20.16 or newer.
 *
 * Uses the package axios, loaded with the first request, to resolve names of adapters; {@link signAxios} does without.
 *
 * Requests reject with axios's own errors, and with a `SigV4Error` for what cannot be signed. Throws
 * `ERR_SIGV4_INVALID_OPTION`.
 *
 * @example
 * axios.interceptors.request.use(axiosInterceptor({ region: 'us-east-1', service: 'execute-api' }));
 */
export function axiosInterceptor(options?: Signer | AxiosInterceptorOptions): AxiosRequestInterceptor {
  let engine: Promise<AxiosEngine> | undefined;
  const open = () => {
    engine ??= axiosPackage().then(createEngine);
    return engine;
  };
  return createInterceptor(options, open, false).intercept;
}

/**
 * Makes an instance sign its requests as {@link axiosInterceptor} does, and send them again, signed afresh: when they were
 * throttled or failed (`retry`, as a signed fetch), once with the clock set right by the server's, and once with fresh keys.
 * Where several sign one instance, the last one does. Returns what undoes it.
 *
 * @example
 * const client = axios.create({ baseURL: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod' });
 * signAxios(client);
 */
export function signAxios(instance: AxiosInstance, options?: Signer | SignAxiosOptions): () => void {
  if (typeof instance?.interceptors?.request?.use !== 'function' || typeof instance.create !== 'function')
    refuseOption('instance is none of axios');
  let engine: AxiosEngine | undefined;
  const open = () => {
    engine ??= createEngine(instance);
    return engine;
  };
  const { intercept, end } = createInterceptor(options, open, true);
  const id = instance.interceptors.request.use(intercept);
  return () => {
    instance.interceptors.request.eject(id);
    end();
  };
}

interface Owner {
  readonly rank: number;
  isActive: boolean;
}

/** Adapters of ours, and what they stand for: none is put on another. */
const ours = new WeakMap<AxiosAdapter, { readonly owner: Owner; readonly adapter: AdapterChoice }>();
let ranks = 0;

function createInterceptor(
  signerOrOptions: Signer | SignAxiosOptions | undefined,
  open: () => AxiosEngine | Promise<AxiosEngine>,
  mayRepeat: boolean,
): { readonly intercept: AxiosRequestInterceptor; end(): void } {
  const owner: Owner = { rank: ranks++, isActive: true };
  const signerOf = signersOf(signerOrOptions);
  const options: SignAxiosOptions = copyOf(signerOrOptions);
  const shared = readLoop(options);

  function readLoop({ retry, redirect }: SignAxiosOptions): Omit<AxiosSending, 'engine'> {
    if (redirect !== undefined) checkRedirect(redirect);
    return { policy: retryPolicy(mayRepeat ? retry : false), mayRepeat: mayRepeat && retry !== false, redirect };
  }

  function wrap(adapter: AdapterChoice): AxiosAdapter {
    const signing: AxiosAdapter = async (config) => {
      // Whoever sends the config again, as retries do, sends what its caller made of it.
      if (config.adapter === signing) config.adapter = adapter as NonNullable<AdapterChoice>;
      const { aws: covered } = config as SignedAxiosRequestConfig;
      const aws = covered && uncoverKeys(covered);
      const loop = aws ? readLoop({ ...options, ...withoutUndefined(aws) }) : shared;
      return sendByAxios(signerOf(aws), config, adapter, { ...loop, engine: await open() });
    };
    ours.set(signing, { owner, adapter });
    return signing;
  }

  return {
    intercept(config) {
      const { adapter, aws } = config as SignedAxiosRequestConfig;
      if (aws) (config as { aws?: SignAxiosOptions }).aws = coverKeys(aws);
      const earlier = typeof adapter === 'function' ? ours.get(adapter) : undefined;
      if (earlier?.owner.isActive && earlier.owner.rank > owner.rank) return config;
      config.adapter = wrap(earlier ? earlier.adapter : adapter);
      return config;
    },
    end() {
      owner.isActive = false;
    },
  };
}
