/** On the web there is no environment to read: a page's keys come from its own sign-in, never from a default. */
import { SigV4Error } from '../errors';
import type * as node from './environment-node';

export const defaultCredentials: typeof node.defaultCredentials = () => {
  throw new SigV4Error(
    'ERR_SIGV4_NO_CREDENTIALS',
    'There are no default credentials on the web; set the option "credentials".',
  );
};

export const defaultName: typeof node.defaultName = () => '';

export const variable: typeof node.variable = () => undefined;

export const readTextFile: typeof node.readTextFile = async () => {
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_OPTION',
    'There are no files to read on the web; give the token, or a function that gives it.',
  );
};

/** A page that bundled the SDK's STS client for an option nobody uses there would carry ten times as much. */
export const loadAssumeRoleCommand: typeof node.loadAssumeRoleCommand = async () => {
  throw new SigV4Error(
    'ERR_SIGV4_INVALID_OPTION',
    'The option client is of Node alone; on the web give "credentials".',
  );
};
