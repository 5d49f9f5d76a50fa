/**
 * Hostname labels whose service signs under another name, as one table: signing name, then the labels. A label that is
 * not here is the signing name. Sources: `endpointPrefix` and `signingName` in the service models of botocore 1.43
 * (August 2026); for `es`, `lambda`, `appsync`, `sqs`, `transcribe` and the S3 family their endpoint documentation.
 */
const TABLE = `
agent-registry agent-registry-control
appconfig appconfigdata
appstream appstream2
appsync appsync-api appsync-realtime-api
aws-marketplace marketplace agreement-marketplace deployment-marketplace discovery-marketplace entitlement-marketplace metering-marketplace reporting-marketplace
awsssoportal portal.sso
bedrock bedrock-agent bedrock-agent-runtime bedrock-data-automation bedrock-data-automation-runtime bedrock-runtime
bedrock-agentcore bedrock-agentcore-control
cassandra cassandra-streams
chime identity-chime media-pipelines-chime meetings-chime messaging-chime voice-chime
cloudhsm cloudhsmv2
cloudsearch cloudsearchdomain
connect contact-lens
es aos
execute-api participant.connect
forecast forecastquery
iot-jobs-data jobs.iot
IoTSecuredTunneling tunneling.iot iot-tunneling
ivs ivsrealtime
lambda lambda-url
lex models-v2-lex runtime-v2-lex
memorydb memory-db
mgh migrationhub-config
mobiletargeting pinpoint
mturk-requester mturk-requester-sandbox
partnercentral partnercentral-prm
personalize personalize-events personalize-runtime
s3 s3-accelerate s3-accesspoint s3-control s3-external-1 s3-global
servicecatalog servicecatalog-appregistry
ses email mail-manager
signer data-signer
sms-voice sms-voice.pinpoint
sqs queue
sso-oauth oidc
transcribe transcribestreaming`;

let names: Map<string, string> | undefined;

/** The signing name of a hostname label, or of the label before it and it joined with a dot. */
export function signingName(label: string, before: string | undefined): string {
  // Made at the first look-up, so that importing the package stays cheap.
  names ??= new Map(
    TABLE.split('\n').flatMap((row) => {
      const [name, ...labels] = row.split(' ') as [string, ...string[]];
      return labels.map((from): [string, string] => [from, name]);
    }),
  );
  return names.get(`${before}.${label}`) ?? names.get(label) ?? label;
}
