/** The one file that names got: its types, and nothing else of it. */
import type { Options } from 'got';

export type {
  AfterResponseHook,
  BeforeErrorHook,
  BeforeRedirectHook,
  BeforeRequestHook,
  BeforeRetryHook,
  ExtendOptions,
  HandlerFunction,
  InitHook,
  Response as GotResponse,
} from 'got';

/** The options of a request as hooks get them. */
export type GotOptions = Omit<Options, 'url' | 'request'> & { url?: unknown; request?: unknown };
