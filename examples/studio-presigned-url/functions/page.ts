/** The function behind `GET /`: the page on which an employee signs in. The page's own requests go to the API it came from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { setting } from './environment';

/** Beside the bundle; `PAGE_FOLDER` is for where there is none. */
const folder = () => process.env.PAGE_FOLDER ?? fileURLToPath(new URL('.', import.meta.url));

export async function handler(): Promise<APIGatewayProxyResult> {
  const template = readFileSync(resolve(folder(), 'page.html'), 'utf8');
  const cognito = `https://cognito-idp.${setting('AWS_REGION')}.amazonaws.com`;
  const settings = JSON.stringify({ cognito, clientId: setting('CLIENT_ID') });
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyFor(template, cognito),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: template.replace('{}', () => settings.replaceAll('<', '\\u003c')),
  };
}

/** No script but the page's own, which calls nobody but this API and the user pool. */
function policyFor(page: string, cognito: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf('script', page)}`,
    `style-src ${hashOf('style', page)}`,
    `connect-src 'self' ${cognito}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf(element: string, page: string): string {
  const [, text = ''] = page.match(new RegExp(`<${element}>(.*?)</${element}>`, 's')) ?? [];
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
