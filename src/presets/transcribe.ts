/** Amazon Transcribe: speech to text over a WebSocket. */
import { partitionOf } from '../endpoint/partitions';
import { SigV4Error } from '../errors';
import { checked, type RegionalOptions, refuse, regionOf, signerFor } from './options';

/** What is spoken, and how it is sent. */
export interface TranscribeUrlOptions extends RegionalOptions {
  /** As `en-US`. May be left out where `parameters` has `identify-language` or `identify-multiple-languages`. */
  readonly languageCode?: string | undefined;
  /** `'pcm'` is signed 16-bit little-endian, without a WAV header. */
  readonly mediaEncoding: 'pcm' | 'flac' | 'ogg-opus';
  /** Hertz, a whole number from 8000 to 48000. */
  readonly sampleRate: number;
  /** Amazon Transcribe Medical, which needs `specialty` and `type` among `parameters`. Default false. */
  readonly medical?: boolean | undefined;
  /** Any other parameter by its name on the wire: `vocabulary-name`, `show-speaker-label`, `session-id` and so on. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Seconds in which the stream can be opened, 1 to 300. Default 300. */
  readonly expiresIn?: number | undefined;
}

const OWN = ['language-code', 'media-encoding', 'sample-rate'];

/**
 * A `wss:` URL, on port 8443, for one stream of audio to Amazon Transcribe. What is sent and received on it are messages
 * in event stream encoding. Whoever holds it can open a stream until it ends, or the credentials do.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION` and `ERR_SIGV4_INVALID_EXPIRES`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html, its limits:
 * https://docs.aws.amazon.com/transcribe/latest/APIReference/API_streaming_StartStreamTranscription.html
 *
 * @example
 * const url = await transcribeUrl({ region: 'us-west-2', languageCode: 'en-US', mediaEncoding: 'pcm', sampleRate: 16_000 });
 * const socket = new WebSocket(url);
 */
export async function transcribeUrl(options: TranscribeUrlOptions): Promise<URL> {
  const { expiresIn = 300, medical, signal } = options ?? {};
  const query = new URLSearchParams(queryOf(options ?? {}));
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > 300) {
    throw new SigV4Error('ERR_SIGV4_INVALID_EXPIRES', 'The option expiresIn must be 1 to 300 whole seconds.');
  }
  const region = regionOf(options);
  const host = `transcribestreaming.${region}.${partitionOf(region).domain}:8443`;
  const path = medical ? 'medical-stream-transcription-websocket' : 'stream-transcription-websocket';
  return signerFor('transcribe', options).presign(`wss://${host}/${path}?${query}`, { expiresIn, signal });
}

function queryOf(options: TranscribeUrlOptions): [name: string, value: string][] {
  const { languageCode, mediaEncoding, sampleRate, medical, parameters } = options;
  const others = othersOf(parameters);
  const has = (pattern: RegExp) => others.some(([name, value]) => pattern.test(name) && value !== 'false');
  const isIdentified = !medical && has(/^identify-(?:language|multiple-languages)$/);
  if (languageCode !== undefined || !isIdentified)
    checked('languageCode', languageCode, /^[a-z]{2,3}-[A-Z\d]{2,3}$/, 'the code of a language, as en-US');
  checked('mediaEncoding', mediaEncoding, /^(?:pcm|flac|ogg-opus)$/, "'pcm', 'flac' or 'ogg-opus'");
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 48_000)
    refuse('sampleRate', 'a whole number of hertz from 8000 to 48000');
  if (medical && !(has(/^specialty$/) && has(/^type$/)))
    refuse('parameters', 'given with "specialty" and "type" where medical is true');
  const language: [string, string][] = languageCode === undefined ? [] : [['language-code', languageCode]];
  return [...language, ['media-encoding', mediaEncoding], ['sample-rate', String(sampleRate)], ...others];
}

function othersOf(parameters: TranscribeUrlOptions['parameters']): [name: string, value: string][] {
  const entries = Object.entries(parameters ?? {});
  for (const [name, value] of entries) {
    const isName = /^[a-z]+(?:-[a-z]+)*$/.test(name) && !OWN.includes(name);
    const isValue = ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
    // A lone surrogate would be replaced, and another text signed than was given.
    if (!isName || !isValue || !/^[^\p{Cc}\p{Cs}]+$/u.test(String(value)))
      refuse('parameters', 'names as vocabulary-name, without those of other options, with text, numbers and booleans');
  }
  return entries.map(([name, value]) => [name, String(value)]);
}
