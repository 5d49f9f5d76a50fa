/**
 * `sigv4kit/smithy`: the bridge to the AWS SDK v3 and Smithy clients, both ways: our signer in their clients, and their signers in our
 * fetch and adapters.
 *
 * @example
 * import { STSClient } from '@aws-sdk/client-sts';
 * import { smithySigner } from 'sigv4kit/smithy';
 *
 * const client = new STSClient({ region: 'us-east-1', signer: smithySigner({ credentials }), credentials });
 */
export { type FromSmithyOptions, fromSmithySigner, type SmithyRequestSigner } from './adapters/from-smithy';
export { type SmithySigner, smithySigner } from './adapters/smithy';
export type { SmithyPresigningArguments, SmithySigningArguments } from './adapters/smithy-request';
export type { Signer } from './client/open-signer';
export type { SignerOptions } from './client/signer-options';
export { isSigV4Error, SigV4Error, type SigV4ErrorCode } from './errors';
