/**
 * `sigv4kit/presign`: what services of AWS want presigned in a form of their own, each as one function: passwords for
 * databases, tokens for Kubernetes, URLs for WebSockets. For any other URL, and for Amazon S3, there is `presign` of a signer.
 */
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
export {
  type AppSyncAuthorizationOptions,
  type AppSyncRealtime,
  type AppSyncRealtimeOptions,
  appSyncAuthorization,
  appSyncRealtimeUrl,
} from './presets/appsync';
export { type DsqlAuthTokenOptions, dsqlAuthToken } from './presets/dsql';
export { type EksTokenOptions, eksToken } from './presets/eks';
export { type ElastiCacheAuthTokenOptions, elastiCacheAuthToken } from './presets/elasticache';
export { type IotMqttUrlOptions, iotMqttUrl } from './presets/iot';
export { type MemoryDbAuthTokenOptions, memoryDbAuthToken } from './presets/memorydb';
export type { PresetOptions, RegionalOptions } from './presets/options';
export { type RdsAuthTokenOptions, rdsAuthToken } from './presets/rds';
export { type TranscribeUrlOptions, transcribeUrl } from './presets/transcribe';
export { type WebSocketUrlOptions, webSocketUrl } from './presets/web-socket';
export type { CredentialProvider, Credentials } from './types';
