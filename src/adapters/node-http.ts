/** The types of `node:http` and `node:https`, and nothing else of them. */
export type { RequestOptions } from 'node:https';
