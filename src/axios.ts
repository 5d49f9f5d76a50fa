/**
 * `sigv4kit/axios`: signs what axios sends, by any of its adapters.
 *
 * @example
 * import axios from 'axios';
 * import { signAxios } from 'sigv4kit/axios';
 *
 * const client = axios.create({ baseURL: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod' });
 * signAxios(client);
 * const { data } = await client.get('/orders');
 */
export {
  type AxiosInterceptorOptions,
  type AxiosRequestInterceptor,
  axiosInterceptor,
  type SignAxiosOptions,
  type SignedAxiosRequestConfig,
  signAxios,
} from './adapters/axios';
export type { Signer } from './client/open-signer';
export type { SignerOptions } from './client/signer-options';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
