/** Sign-in at the user pool with name and password, as the page and the command line do it: one request, which nobody signs. */

export interface SignIn {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** What to send to `https://cognito-idp.{region}.amazonaws.com`. */
export const signInRequest = ({ clientId, username, password }: SignIn) => ({
  method: 'POST',
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
  },
  body: JSON.stringify({
    AuthFlow: 'USER_PASSWORD_AUTH',
    ClientId: clientId,
    AuthParameters: { USERNAME: username, PASSWORD: password },
  }),
});

/** The access token of its answer. An Error says why there is none; it has no password and no token in it. */
export async function accessTokenOf(response: Response): Promise<string> {
  const answer = await response.json();
  if (!response.ok) throw new Error(`Sign-in failed: ${answer.message} (${String(answer.__type).split('#').pop()})`);
  // An account whose password is temporary, or that has a second factor.
  if (answer.ChallengeName) throw new Error(`Sign-in needs a step that is not made here: ${answer.ChallengeName}`);
  return answer.AuthenticationResult.AccessToken;
}
