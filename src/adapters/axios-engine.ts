/**
 * What axios itself decides of a request: its URL, and the adapter that sends it. It is asked of an instance without
 * defaults and interceptors, since all of those have had their turn when a request is signed.
 */
import { isNode } from '#node-modules';
import { withoutUndefined } from '../client/per-call';
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  AxiosResponse,
  InternalAxiosRequestConfig,
} from './axios-package';

/** What a config says of its adapter: a name, a function, or a list of which the first that is there is taken. */
export type AdapterChoice = AxiosRequestConfig['adapter'];

/** Asks the instance's own copy of axios. */
export interface AxiosEngine {
  /** The URL with its base and its parameters, as axios builds it. */
  urlOf(config: AxiosRequestConfig): string;
  /** Sends a config as it is, by the adapter that axios takes for it. */
  send(config: InternalAxiosRequestConfig, adapter: AdapterChoice): Promise<AxiosResponse>;
}

/** The engine of an instance, which is left as it is. */
export function createEngine(source: AxiosInstance): AxiosEngine {
  const plain = source.create();
  // The default instance alone has it.
  const { getAdapter } = source as { getAdapter?: (adapters: AdapterChoice, config: object) => AxiosAdapter };
  const defaults = plain.defaults as Record<string, unknown>;
  for (const name of Object.keys(defaults)) delete defaults[name];
  return {
    urlOf({ url, baseURL, params, paramsSerializer, allowAbsoluteUrls }) {
      if (!baseURL && !params) return url ?? '';
      return plain.getUri(withoutUndefined({ url, baseURL, params, paramsSerializer, allowAbsoluteUrls }));
    },
    send(config, adapter) {
      const first = firstOf(adapter);
      if (typeof first === 'function') return first(config);
      const asked = adapter ?? [...DEFAULT];
      if (getAdapter) return getAdapter(asked, config)(config);
      // A second turn through axios does nothing but find the adapter.
      return plain.request({ ...config, adapter: asked, transformRequest: [], transformResponse: [] });
    },
  };
}

const DEFAULT = ['xhr', 'http', 'fetch'] as const;

const firstOf = (adapter: AdapterChoice) => (Array.isArray(adapter) ? adapter.find(Boolean) : adapter);

/** Who will send: one of axios's own adapters, by its name, or a function of somebody's. */
export type AdapterKind = 'xhr' | 'http' | 'fetch' | 'function';

/** By the rules of axios: the first of the list that the platform has. */
export function kindOf(adapter: AdapterChoice): AdapterKind {
  const candidates: readonly unknown[] = Array.isArray(adapter) ? adapter : [adapter ?? DEFAULT].flat();
  for (const candidate of candidates) {
    if (typeof candidate === 'function') return ownName(candidate) ?? 'function';
    const name = String(candidate).toLowerCase();
    if (isKind(name) && IS_THERE[name]()) return name;
  }
  return 'function';
}

/** axios names its own. */
const ownName = (adapter: object): AdapterKind | undefined => {
  const { adapterName } = adapter as { adapterName?: unknown };
  return typeof adapterName === 'string' && isKind(adapterName) ? adapterName : undefined;
};

const IS_THERE = {
  xhr: () => typeof XMLHttpRequest !== 'undefined',
  http: isNode,
  fetch: () => typeof fetch === 'function',
};

const isKind = (name: string): name is keyof typeof IS_THERE => Object.hasOwn(IS_THERE, name);
