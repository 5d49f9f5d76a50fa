/** The one file that names axios: its types, and the package itself for who has a config but no instance. */
import type { AxiosStatic } from 'axios';
import { SigV4Error } from '../errors';

export type { AxiosAdapter, AxiosInstance, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';

let loading: Promise<AxiosStatic> | undefined;

/** The axios that is installed beside this package; not loaded before it is needed. */
export function axiosPackage(): Promise<AxiosStatic> {
  loading ??= import('axios').then(
    (module) => module.default,
    (cause) => {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_OPTION',
        'An interceptor needs the package axios to find the adapter of a request, and it could not be loaded: use signAxios(instance), which needs no package, or install axios.',
        { cause },
      );
    },
  );
  return loading;
}
