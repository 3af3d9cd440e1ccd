/** The server's log: every value of a setup, the dialect, the end of each session and why. */
import { pino } from 'pino';
import type { Setup } from '../core/messages.ts';
import type { ServerEvent, ServerLimits } from '../index.ts';
import { endpointText } from '../net/connection.ts';

const STANDARD_ERROR = 2;
const NS_PER_MS = 1_000_000;

export async function accessLog(form: 'pretty' | 'json'): Promise<(event: ServerEvent) => void> {
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, await destination(form));
  return (event) => {
    switch (event.kind) {
      case 'listening': {
        const { engine, threads, notNative, limits } = event;
        const why = notNative === undefined ? {} : { notNative };
        log.info({ engine, ...why, threads, ...valuesOfLimits(limits) }, 'limits');
        break;
      }
      case 'closing':
        log.info({ sessionsInFlight: event.sessionsInFlight, graceMs: event.graceMs }, 'closing');
        break;
      case 'connected':
        log.info({ session: event.session, remote: endpointText(event.remote) }, 'connected');
        break;
      case 'setup': {
        const [first, ...others] = event.readings;
        if (first === undefined) break;
        const perhaps = others.map(({ dialect }) => dialect.name);
        log.info(
          {
            session: event.session,
            dialect: first.dialect.name,
            ...(perhaps.length > 0 ? { perhaps } : {}),
            ...valuesOf(first.setup),
          },
          'setup',
        );
        break;
      }
      case 'dialect':
        log.info(
          { session: event.session, dialect: event.reading.dialect.name, ...valuesOf(event.reading.setup) },
          'dialect recognised',
        );
        break;
      case 'end': {
        const { session, reason, detail, echoed, durationNs } = event;
        const level = reason === 'terminated' ? 'info' : 'warn';
        const durationMs = Math.round(durationNs / NS_PER_MS);
        log[level](
          { session, reason, ...(detail === undefined ? {} : { detail }), probesEchoed: echoed, durationMs },
          'end',
        );
        break;
      }
      case 'refused':
        log.warn(
          { remote: endpointText(event.remote), maxSessions: event.sessions },
          'refused: too many sessions',
        );
        break;
      case 'exhausted': {
        const { message, advice } = event;
        log.warn({ reason: message, ...(advice === undefined ? {} : { advice }) }, 'clients wait');
        break;
      }
    }
  };
}

/** What the server grants, so that a refused client can be told why. */
function valuesOfLimits(limits: ServerLimits): Record<string, number> {
  const { maxPayloadBytes, maxTotalPayloadBytes, maxProbes, maxSessions } = limits;
  return {
    maxPayloadBytes,
    maxTotalPayloadBytes,
    maxProbes,
    maxDelayMs: limits.maxDelayNs / NS_PER_MS,
    maxSessions,
    firstMessageMs: limits.firstMessageNs / NS_PER_MS,
    idleMs: limits.idleNs / NS_PER_MS,
  };
}

function valuesOf(setup: Setup): Record<string, string | number | boolean> {
  const { measurement, payloadBytes, probes, delay, stamps } = setup;
  return {
    measurement,
    payloadBytes,
    probes,
    serverDelayMs: delay.delayNs / NS_PER_MS,
    delayUnit: delay.unit,
    ...(stamps ? { stamps } : {}),
  };
}

async function destination(form: 'pretty' | 'json'): Promise<pino.DestinationStream> {
  if (form === 'json') return pino.destination({ dest: STANDARD_ERROR, sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: STANDARD_ERROR,
    sync: true,
    singleLine: true,
    colorize: process.stderr.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
  });
}
