/** An employee's way into Studio, and the ways that are closed, against the gate. */
import { decodeJwt } from 'jose';
import type { PrivateApiOptions } from 'sigv4kit';
import { type Gate, startGate } from 'sigv4kit/gate';
import { say, type Walk, type Walkthrough } from '../walk';
import { expiredClaims, forgeToken, remakeToken } from './remake-token';
import { accessTokenOf, signInRequest } from './sign-in';
import { askForUrl, signIn } from './studio-url';
import { tryUrl } from './try-url';
import { ENVIRONMENT, openWorld, PASSWORDS, REGION, STRANGERS } from './world';

/** The world's API, by its own name. */
const API: PrivateApiOptions = { apiId: 'abc1234567', region: REGION, stage: 'dev' };
const VPC_ENDPOINT = 'vpce-0a1b2c3d4e5f60718';

/** Where somebody stands, who is not in the office. */
const PLACES = {
  home: { vpc: null, sourceIp: '198.51.100.9' },
  companysInternet: { vpc: null, sourceIp: '203.0.113.7' },
  vpcBySharedEndpoint: { vpc: 'vpc-0b9f8e7d6c5b4a392', sourceIp: '10.16.4.20' },
  elsewhereBySharedEndpoint: { vpc: 'vpc-0b9f8e7d6c5b4a392', sourceIp: '10.99.4.20' },
} as const;
type Place = keyof typeof PLACES;

const URL_OF_STUDIO = /^200 https:\/\/d-abcdef123456\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=… for 60 seconds$/;
const DENIED =
  '403 AccessDeniedException {"Message":"User is not authorized to access this resource with an explicit deny"}';
const UNAUTHORIZED = '401 UnauthorizedException {"message":"Unauthorized"}';
const OPENS = '200 Domain: d-abcdef123456, User profile: alice';
const SHUT = '403 Auth token containing insufficient permissions';

interface Scene {
  readonly walk: Walk;
  readonly gate: Gate;
  /** The way of callers, from the office unless they are elsewhere. */
  from(place?: Place): typeof fetch;
  /** Access tokens of who has signed in. */
  readonly tokens: Map<string, string>;
  /** The last URL that alice was given. */
  url: string;
}

export const walkthrough: Walkthrough = async (walk) => {
  const { world, close } = await openWorld();
  let late = 0;
  const gate = await startGate(world, { now: () => Date.now() + late });
  // The functions of the world call AWS by its own names; those calls come back to the gate.
  gate.intercept();
  const from = (place?: Place) => (place ? gate.from(PLACES[place]) : gate).fetch;
  const scene: Scene = { walk, gate, from, tokens: new Map(), url: '' };
  try {
    await signInAndOpen(scene);
    await othersAndNobody(scene);
    await tokensThatDoNotHold(scene);
    await waysToTheApi(scene);
    await placesOfTheBrowser(scene);
    await placesOfTheFunction(scene);
    late = 61_000;
    await walk.step('A minute later the URL opens nothing any more, but leads to the sign-in of AWS', '302', async () =>
      String((await tryUrl(scene.url, from())).status),
    );
  } finally {
    await gate.close();
    await close();
  }
};

async function signInAndOpen(scene: Scene): Promise<void> {
  const { walk, from, tokens } = scene;
  await walk.step('The page comes through the VPC endpoint', '200 text/html; charset=utf-8', () => sayPage(scene));
  for (const username of ['alice', 'bob', 'carol'] as const)
    await walk.step(`${username} signs in and gets an access token`, `access token of ${username}`, async () => {
      const who = { clientId: ENVIRONMENT.CLIENT_ID, username, password: PASSWORDS[username] };
      const token = await signIn(REGION, who, from());
      tokens.set(username, token);
      return `${decodeJwt(token).token_use} token of ${decodeJwt(token).username}`;
    });
  await walk.step('A wrong password gets none', /^Error: Sign-in failed: .* \(\w+Exception\)$/, () =>
    signIn(REGION, { clientId: ENVIRONMENT.CLIENT_ID, username: 'alice', password: 'a guess' }, from()),
  );
  await walk.step('alice asks for her own profile and gets a URL', URL_OF_STUDIO, () => askAs(scene, 'alice', 'alice'));
  await walk.step('It opens in the office, through the endpoint of Studio', OPENS, () => open(scene));
  await walk.step('The same URL does not open at home', SHUT, () => open(scene, 'home'));
}

async function othersAndNobody(scene: Scene): Promise<void> {
  const { walk } = scene;
  await walk.step('alice asks for the profile of bob', DENIED, () => askAs(scene, 'alice', 'bob'));
  await walk.step('bob asks for the profile of alice', DENIED, () => askAs(scene, 'bob', 'alice'));
  await walk.step('alice asks for a name that is a pattern', DENIED, () => askAs(scene, 'alice', '*'));
  await walk.step('alice asks for her name in other letters', DENIED, () => askAs(scene, 'alice', 'Alice'));
  await walk.step('Somebody without a token', UNAUTHORIZED, () => ask(scene, 'alice', undefined));
  await walk.step(
    'carol, who has an account and no profile',
    '404 {"message":"Studio has no profile of your name."}',
    () => askAs(scene, 'carol', 'carol'),
  );
}

async function tokensThatDoNotHold(scene: Scene): Promise<void> {
  const { walk, from, tokens } = scene;
  const tokenOf = (clientId: string) =>
    signIn(REGION, { clientId, username: 'alice', password: PASSWORDS.alice }, from());
  const own = tokens.get('alice') as string;
  const makers: Readonly<Record<string, () => Promise<string>>> = {
    'An access token whose time is over': () => remakeToken(own, expiredClaims()),
    'An ID token': () => idToken(scene),
    'A token for another client of the pool': () => tokenOf(STRANGERS.otherClient),
    'A token of another pool, which has an alice too': () => tokenOf(STRANGERS.clientOfAnotherPool),
    'A token that alice has made bob’s, and signed herself': () => forgeToken(own, { username: 'bob' }),
    'A token with a piece cut off': async () => own.slice(0, -4),
    'What is no token': async () => 'alice',
  };
  for (const [title, make] of Object.entries(makers))
    await walk.step(title, UNAUTHORIZED, async () => ask(scene, title.includes('bob') ? 'bob' : 'alice', await make()));
}

async function waysToTheApi(scene: Scene): Promise<void> {
  const { walk, from, tokens } = scene;
  const askBy = async (vpcEndpoint: string) =>
    sayUrl(scene, await askForUrl({ ...API, vpcEndpoint }, 'alice', tokens.get('alice'), from()));
  await walk.step('By the alias, which has API and endpoint in it', URL_OF_STUDIO, () => askBy(VPC_ENDPOINT));
  await walk.step('By the name of the endpoint, with x-apigw-api-id', URL_OF_STUDIO, () =>
    askBy(`${VPC_ENDPOINT}-abcdefgh`),
  );
  await walk.step('By its name in one zone', URL_OF_STUDIO, () => askBy(`${VPC_ENDPOINT}-abcdefgh-us-east-1a`));
  await walk.step('From home, with a token that holds', '403 ForbiddenException {"message":"Forbidden"}', () =>
    askAs(scene, 'alice', 'alice', 'home'),
  );
  await walk.step('From home there is not even the page', '403 application/json', () => sayPage(scene, 'home'));
}

/** Each of the three statements of the function's role lets a URL be opened; without any it is shut. */
async function placesOfTheBrowser(scene: Scene): Promise<void> {
  const { walk } = scene;
  await walk.step('Opened from an address of the VPC, by an endpoint of another VPC', OPENS, () =>
    open(scene, 'vpcBySharedEndpoint'),
  );
  await walk.step('Opened over the internet, from an address of the company', OPENS, () =>
    open(scene, 'companysInternet'),
  );
  await walk.step('Opened from another address, by an endpoint of another VPC', SHUT, () =>
    open(scene, 'elsewhereBySharedEndpoint'),
  );
}

/** The same for creating one, were the function somewhere else than in its VPC. */
async function placesOfTheFunction(scene: Scene): Promise<void> {
  const { walk, gate } = scene;
  const moved = async (place: Place) => {
    const undo = gate.from(PLACES[place]).intercept();
    return askAs(scene, 'alice', 'alice').finally(undo);
  };
  const refused = '502 {"message":"SageMaker refuses to give this service a URL."}';
  await walk.step('The function in the VPC, by an endpoint of another VPC', URL_OF_STUDIO, () =>
    moved('vpcBySharedEndpoint'),
  );
  await walk.step('The function on the internet, at an address of the company', URL_OF_STUDIO, () =>
    moved('companysInternet'),
  );
  await walk.step('The function at another address, by an endpoint of another VPC', refused, () =>
    moved('elsewhereBySharedEndpoint'),
  );
  await walk.step('The function on the internet, at another address', refused, () => moved('home'));
}

const ask = async (scene: Scene, profile: string, token: string | undefined, place?: Place) =>
  sayUrl(scene, await askForUrl(API, profile, token, scene.from(place)));

const askAs = (scene: Scene, username: string, profile: string, place?: Place) =>
  ask(scene, profile, scene.tokens.get(username), place);

/** The answer, with the URL kept and its token left out. */
async function sayUrl(scene: Scene, response: Response): Promise<string> {
  if (!response.ok) return say(response);
  const { url, expiresInSeconds } = (await response.json()) as { url: string; expiresInSeconds: number };
  scene.url = url;
  return `${response.status} ${url.replace(/token=[\w-]+$/, 'token=…')} for ${expiresInSeconds} seconds`;
}

/** What Studio shows where the URL is opened: the page of the gate says whose Studio it would be. */
async function open({ url, from }: Scene, place?: Place): Promise<string> {
  const response = await tryUrl(url, from(place));
  if (!response.ok) return say(response);
  const shown = [...(await response.text()).matchAll(/<p>((?:Domain|User profile): .*?)<\/p>/g)].map(
    ([, text]) => text,
  );
  return `${response.status} ${shown.join(', ')}`;
}

async function sayPage({ from }: Scene, place?: Place): Promise<string> {
  const response = await from(place)('https://abc1234567.execute-api.us-east-1.amazonaws.com/dev/');
  return `${response.status} ${response.headers.get('content-type')}`;
}

/** What the same sign-in gives beside the access token; it is for the page itself, and opens nothing. */
async function idToken({ from }: Scene): Promise<string> {
  const who = { clientId: ENVIRONMENT.CLIENT_ID, username: 'alice', password: PASSWORDS.alice };
  const response = await from()(`https://cognito-idp.${REGION}.amazonaws.com/`, signInRequest(who));
  await accessTokenOf(response.clone());
  return (await response.json()).AuthenticationResult.IdToken;
}
