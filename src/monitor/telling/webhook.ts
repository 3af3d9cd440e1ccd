/** Tells a webhook: one POST of JSON, which has to be taken (2xx) in ten seconds. Redirections are not followed. */
import { EcholotError } from '../../core/errors.ts';
import type { Deliver } from './courier.ts';

const TIMEOUT_MS = 10_000;

export function webhookDelivery(url: URL): Deliver {
  // A password in it is for the receiver alone.
  const { username, password } = url;
  const address = new URL(url);
  address.username = '';
  address.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const authorization = username === '' ? {} : { Authorization: `Basic ${credentials.toString('base64')}` };
  return async (text, signal) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'echolot', ...authorization },
      body: text,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch((cause: unknown) => {
      throw new EcholotError('network', reasonOf(cause), { cause });
    });
    // What it has to say is of no use to anybody.
    await response.body?.cancel();
    if (!response.ok) throw new EcholotError('peer', `it answered ${response.status}`);
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return error.name === 'TimeoutError'
    ? 'no answer in 10 s'
    : cause instanceof Error
      ? cause.message
      : error.message;
}
