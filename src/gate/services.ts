/** Leads a request to the service it is for, past the faults laid on that. */
import { ruleOnExecuteApi } from './api-gateway/api-gateway';
import { notEmulated } from './api-gateway/gateway-replies';
import type { Arrival, Ruling } from './arrival';
import { ruleOnCognito } from './cognito/cognito-identity';
import { openToPages } from './cors';
import type { Destination } from './destination';
import { strike } from './faults/fault-replies';
import { ruleOnFunctionUrl } from './function-urls/function-url';
import { ruleOnContainer, ruleOnInstance } from './metadata';
import type { Realm } from './realm';
import { ruleOnSageMaker } from './sagemaker/sagemaker';
import { ruleOnStudio } from './sagemaker/studio';
import { refuseBody } from './service-forms';
import { ruleOnSts } from './sts/sts';
import { ruleOnUserPools } from './user-pools/user-pool-service';
import { byWay } from './vpc-endpoints/ways';

/** `tooLarge`: the body was longer than the gate keeps. */
export async function ruleOn(
  realm: Realm,
  arrival: Arrival,
  destination: Destination,
  tooLarge: boolean,
): Promise<Ruling> {
  if (destination.service === undefined) {
    const { name } = destination;
    const message = name
      ? `The gate does not emulate "${name}" in this version.`
      : 'The gate answers for AWS hostnames: send the Host of an API, or call through gate.fetch.';
    return notEmulated(message, arrival.requestId);
  }
  if (tooLarge) return refuseBody(destination.service, arrival.requestId);
  const struck = await strike(realm, arrival, destination);
  if (struck) return struck;
  switch (destination.service) {
    case 'execute-api':
      return ruleOnExecuteApi(realm, arrival);
    case 'lambda':
      return ruleOnFunctionUrl(realm, arrival, destination.region);
    case 'sts':
      return openToPages(arrival, () =>
        byWay(realm.endpoints, arrival, 'sts', destination.region, (passage) =>
          ruleOnSts(realm, { ...destination, arrival, passage }),
        ),
      );
    case 'cognito-identity':
      return openToPages(arrival, () => ruleOnCognito(realm, arrival, destination));
    case 'cognito-idp':
      return openToPages(arrival, () => ruleOnUserPools(realm, arrival, destination));
    case 'sagemaker':
      return byWay(realm.endpoints, arrival, 'sagemaker.api', destination.region, (passage) =>
        ruleOnSageMaker(realm, arrival, destination, passage),
      );
    case 'studio':
      return byWay(realm.endpoints, arrival, 'studio', destination.region, (passage) =>
        ruleOnStudio(realm, arrival, destination, passage),
      );
    case 'metadata':
      return ruleOnInstance(realm, arrival);
    case 'container':
      return ruleOnContainer(realm, arrival);
    default:
      return destination satisfies never;
  }
}
