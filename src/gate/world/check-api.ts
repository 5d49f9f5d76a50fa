/** Checks the APIs of a world. */

import { toReply } from '../api-gateway/proxy-result';
import type { Api, Route } from './api';
import { fault, object, REGION, show } from './checks';
import type { ProxyResult } from './events';

function isAnswer(handler: ProxyResult): boolean {
  try {
    return toReply(handler) !== undefined;
  } catch {
    return false;
  }
}

const ROUTE = /^(?:ANY|[A-Z]+) \/(?:[\w.~@:-]+|\{[\w.-]+\+?\})?(?:\/(?:[\w.~@:-]+|\{[\w.-]+\+?\}))*$/;

/** Rejects an API that does not make sense or is not emulated. */
export function checkApi(at: string, api: Api): void {
  const {
    region,
    type = 'REST',
    endpoint = 'REGIONAL',
    stage,
    routes,
  } = object(at, api, ['region', 'type', 'endpoint', 'stage', 'routes']) as unknown as Api & { endpoint?: string };
  if (!/^[a-z0-9-]+$/.test(at.slice(at.lastIndexOf('.') + 1)))
    fault(at, 'is not an API id of lower-case letters and digits');
  if (typeof region !== 'string' || !REGION.test(region)) fault(`${at}.region`, 'is not a region');
  if (type !== 'REST') fault(`${at}.type`, `is ${show(type)}, which this version does not emulate; only "REST" is`);
  if (endpoint !== 'REGIONAL' && endpoint !== 'EDGE')
    fault(
      `${at}.endpoint`,
      `is ${show(endpoint)}, which this version does not emulate; only "REGIONAL" and "EDGE" are`,
    );
  if (typeof stage !== 'string' || !/^[\w$-]+$/.test(stage)) fault(`${at}.stage`, 'is not a stage name');
  for (const [key, route] of Object.entries(object(`${at}.routes`, routes))) {
    const here = `${at}.routes["${key}"]`;
    if (!ROUTE.test(key)) fault(here, 'is not of the form "GET /path/{parameter}"');
    const { auth = 'NONE', handler } = object(here, route, ['auth', 'handler']) as unknown as Route;
    if (auth !== 'NONE' && auth !== 'AWS_IAM')
      fault(`${here}.auth`, `is ${show(auth)}, which this version does not emulate; only "NONE" and "AWS_IAM" are`);
    if (typeof handler !== 'function' && !isAnswer(handler as never)) {
      fault(`${here}.handler`, 'is neither a function nor an answer that can be sent');
    }
  }
}
