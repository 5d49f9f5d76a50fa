/**
 * The employee's page: signs in at the user pool, asks the API for the URL of the employee's own profile, and opens it in a new
 * tab. The token is kept in this script and nowhere else: closing or reloading the page forgets it.
 */
import { accessTokenOf, signInRequest } from '../sign-in';

interface Session {
  readonly username: string;
  readonly accessToken: string;
}

const element = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const settings: { cognito: string; clientId: string } = JSON.parse(element('settings').textContent as string);
const form = element<HTMLFormElement>('sign-in');
const nameField = element<HTMLInputElement>('username');
const passwordField = element<HTMLInputElement>('password');
const openButton = element<HTMLButtonElement>('open');
const message = element('message');
/** With the stage, and whether or not the address ends with a slash. */
const api = location.pathname.replace(/\/+$/, '');
let session: Session | undefined;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const username = nameField.value.trim();
  const password = passwordField.value;
  passwordField.value = '';
  attempt(element('sign-in-button'), 'Signing in…', async () => {
    const request = signInRequest({ clientId: settings.clientId, username, password });
    const response = await fetch(settings.cognito, request);
    session = { username, accessToken: await accessTokenOf(response) };
    show(session);
  });
});

openButton.addEventListener('click', () => {
  // Opened here, while the browser knows that somebody clicked; it goes on to Studio when there is a URL.
  const tab = window.open('', '_blank');
  attempt(openButton, 'Asking for Studio…', async () => {
    try {
      const { username, accessToken } = session as Session;
      const url = await ownUrl(username, accessToken);
      if (!tab) throw new Error('The browser does not let this page open a tab. Allow it, and press again.');
      tab.opener = null;
      tab.location.replace(url);
    } catch (error) {
      tab?.close();
      throw error;
    }
  });
});

async function ownUrl(username: string, accessToken: string): Promise<string> {
  const response = await fetch(`${api}/${encodeURIComponent(username)}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const answer = await response.json().catch(() => ({}));
  // API Gateway's own refusals have a capital letter in one of the two.
  const { url, message = 'No answer of the API', Message = message } = answer;
  if (response.ok) return url;
  if (response.status !== 401) throw new Error(`${Message} (${response.status})`);
  session = undefined;
  show(session);
  throw new Error('Your sign-in has ended. Sign in again.');
}

function show(current: Session | undefined): void {
  form.hidden = current !== undefined;
  element('signed-in').hidden = current === undefined;
  element('who').textContent = current?.username ?? '';
  (current ? openButton : nameField).focus();
}

/** Does something that a button asked for, once at a time, and says how it goes where screen readers hear it. */
async function attempt(button: HTMLButtonElement, doing: string, act: () => Promise<void>): Promise<void> {
  button.disabled = true;
  message.textContent = doing;
  try {
    await act();
    message.textContent = '';
  } catch (error) {
    message.textContent = (error as Error).message;
  } finally {
    button.disabled = false;
    // A button that was disabled has lost the keyboard's focus.
    if (!button.closest('[hidden]')) button.focus();
  }
}
