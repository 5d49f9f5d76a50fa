/** A domain of Amazon SageMaker Studio of a world. */

/**
 * What `CreatePresignedDomainUrl` gives URLs for, `https://{id}.studio.{region}.sagemaker.aws/auth?token=…`. What answers
 * there is a page that says who has come in; there is no Studio behind it.
 */
export interface StudioDomain {
  readonly region: string;
  /** Names of user profiles: letters, digits and inner hyphens, 63 characters at most. */
  readonly userProfiles: readonly string[];
  /** How people come in. With `SSO` there are no presigned URLs. Default `IAM`. */
  readonly authMode?: 'IAM' | 'SSO' | undefined;
}
