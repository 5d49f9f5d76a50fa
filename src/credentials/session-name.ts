/** The name of sessions that nobody named: the environment's, else one that tells the processes of a machine apart in logs. */
import { variable } from '#environment';

const started = Date.now().toString(36);

export const sessionName = (): string => variable('AWS_ROLE_SESSION_NAME') ?? `sigv4kit-${started}`;
