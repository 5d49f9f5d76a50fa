/** The one file of the adapters that names undici: its types, and nothing else of it. */
export type { Dispatcher } from 'undici';
