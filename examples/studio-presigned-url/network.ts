/**
 * What the VPC gets: an endpoint for each service that must not be reached over the internet, and a resolver that the company's
 * DNS servers ask for the names of these.
 */
import { Annotations, Fn } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { CfnResolverEndpoint } from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';

export interface NetworkProps {
  readonly vpcId: string;
  /** Two, in different zones. */
  readonly subnetIds: readonly [string, string];
  /** The VPC's own addresses. */
  readonly vpcCidr: string;
  /** The company's network, which VPN or Direct Connect joins to the VPC. */
  readonly officeCidr: string;
}

export class Network extends Construct {
  readonly vpc: IVpc;
  /** Of functions in the VPC, which reach the endpoints and nothing else. */
  readonly securityGroup: SecurityGroup;
  /** The way to private APIs. */
  readonly executeApi: InterfaceVpcEndpoint;
  /** The way to SageMaker's API, which gives out presigned URLs. */
  readonly sageMakerApi: InterfaceVpcEndpoint;
  /** The way to Studio itself, where they lead. */
  readonly studio: InterfaceVpcEndpoint;
  readonly resolver: CfnResolverEndpoint;

  constructor(scope: Construct, id: string, { vpcId, subnetIds, vpcCidr, officeCidr }: NetworkProps) {
    super(scope, id);
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      vpcCidrBlock: vpcCidr,
      // Which zones they are in matters to nothing here.
      availabilityZones: [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())],
      privateSubnetIds: [...subnetIds],
    });
    Annotations.of(this.vpc).acknowledgeWarning(
      '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      'Interface endpoints are in subnets, and need no routes.',
    );
    const endpoints = this.createGroup('Endpoints', 'The VPC endpoints that lead to Studio');
    for (const cidr of [vpcCidr, officeCidr]) endpoints.addIngressRule(Peer.ipv4(cidr), Port.tcp(443));
    this.securityGroup = this.createGroup('Functions', 'The functions that call SageMaker');
    this.securityGroup.addEgressRule(Peer.securityGroupId(endpoints.securityGroupId), Port.tcp(443));
    const endpointFor = (service: InterfaceVpcEndpointAwsService, name: string) =>
      new InterfaceVpcEndpoint(this, name, {
        vpc: this.vpc,
        service,
        subnets: { subnets: this.vpc.privateSubnets },
        securityGroups: [endpoints],
        open: false,
        privateDnsEnabled: true,
      });
    this.executeApi = endpointFor(InterfaceVpcEndpointAwsService.APIGATEWAY, 'ExecuteApi');
    this.sageMakerApi = endpointFor(InterfaceVpcEndpointAwsService.SAGEMAKER_API, 'SageMakerApi');
    this.studio = endpointFor(InterfaceVpcEndpointAwsService.SAGEMAKER_STUDIO, 'Studio');

    const dns = this.createGroup('Dns', 'The resolver that the DNS servers of the company ask');
    for (const port of [Port.udp(53), Port.tcp(53)]) dns.addIngressRule(Peer.ipv4(officeCidr), port);
    this.resolver = new CfnResolverEndpoint(this, 'Resolver', {
      direction: 'INBOUND',
      name: 'studio-names',
      securityGroupIds: [dns.securityGroupId],
      ipAddresses: subnetIds.map((subnetId) => ({ subnetId })),
    });
  }

  private createGroup(id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }
}
