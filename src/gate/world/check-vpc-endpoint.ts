/** Checks the VPC endpoints of a world. */
import { checkPolicy } from './check-policy';
import { checkBoolean, checkRegion, fault, object, show } from './checks';
import { ENDPOINT_SERVICES, type VpcEndpoint } from './world';

/** The id of a VPC. */
export const VPC = /^vpc-[0-9a-z]+$/;

/** Rejects a VPC endpoint that does not make sense. */
export function checkVpcEndpoint(at: string, endpoint: VpcEndpoint, id: string): void {
  const parts = ['service', 'region', 'vpc', 'policy', 'privateDns', 'dnsName'];
  const given = object(at, endpoint, parts) as unknown as VpcEndpoint;
  const { service = 'execute-api', region, vpc, policy, privateDns = true, dnsName = `${id}-any` } = given;
  if (!/^vpce-[0-9a-f]+$/.test(id)) fault(at, 'is not the id of a VPC endpoint, "vpce-" and hexadecimal digits');
  if (!ENDPOINT_SERVICES.includes(service))
    fault(`${at}.service`, `is ${show(service)}, and not ${ENDPOINT_SERVICES.map((name) => `"${name}"`).join(', ')}`);
  checkRegion(`${at}.region`, region);
  if (typeof vpc !== 'string' || !VPC.test(vpc))
    fault(`${at}.vpc`, 'is not the id of a VPC, "vpc-" and letters and digits');
  if (policy !== undefined) checkPolicy(`${at}.policy`, policy, 'endpoint');
  checkBoolean(`${at}.privateDns`, privateDns);
  if (typeof dnsName !== 'string' || !dnsName.startsWith(`${id}-`) || !/^[a-z0-9-]+[a-z0-9]$/.test(dnsName))
    fault(`${at}.dnsName`, `is not the first label of a DNS name, which begins with "${id}-"`);
}
