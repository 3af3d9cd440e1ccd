/** The server's log: every value of a setup, the dialect, the end of each session and why; one line an event. */
import { pino } from 'pino';
import type { Timekeeper } from '../../clock/clock.ts';
import type { ServerEvent, ServerLimits, Setup } from '../../index.ts';
import { endpointText } from '../../text/endpoint.ts';
import { visible } from '../visible.ts';
import { DialectHint } from './dialect-hint.ts';
import { Sampler } from './sampler.ts';

const NS_PER_MS = 1_000_000;

/** Where lines go; what it has no room for it only counts. */
export interface LogOutput {
  readonly hasRoom: boolean;
  write(line: string): void;
  drop(): void;
}

export interface AccessLog {
  tell(event: ServerEvent): void;
  /** A warning of the program's own. */
  note(message: string): void;
  /** Sums up what was not told one by one. */
  flush(): void;
}

export type LogForm = 'pretty' | 'json';
export type FormatLine = (json: string) => string;

/** How a line of JSON is written in the form; loads what the form needs. */
export async function lineFormat(form: LogForm, colour: boolean): Promise<FormatLine> {
  if (form === 'json') return (json) => json;
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ singleLine: true, colorize: colour, translateTime: 'SYS:HH:MM:ss.l' });
}

/** The line that says how many others are missing. */
export function droppedLine(format: FormatLine): (lines: number) => string {
  return (lines) => {
    let text = '';
    const log = logger({ write: (json) => (text = format(json)) });
    log.warn({ lines }, 'lines dropped: the log was not read, or could not be written');
    return text;
  };
}

export function accessLog(output: LogOutput, format: FormatLine, clock: Timekeeper): AccessLog {
  const log = logger({ write: (json) => output.write(format(json)) });
  const hint = new DialectHint(() => clock.nowNs());
  const sampler = new Sampler(clock, ({ address, counts }) => {
    log.warn({ ...(address === undefined ? {} : { address }), ...counts }, 'and more, not told one by one');
  });
  return {
    tell: (event) => {
      const advice = hint.after(event);
      if (!sampler.admits(event)) return;
      if (!output.hasRoom) output.drop();
      else write(log, event);
      if (advice !== undefined) log.warn(advice);
    },
    note: (message) => log.warn(visible(message)),
    flush: () => sampler.flush(),
  };
}

function logger(destination: pino.DestinationStream): pino.Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function write(log: pino.Logger, event: ServerEvent): void {
  switch (event.kind) {
    case 'listening': {
      const { engine, threads, notNative, limits, load } = event;
      const why = notNative === undefined ? {} : { notNative };
      log.info(
        { engine, ...why, threads, ...valuesOfLimits(limits), load: load ? valuesOfLoad(limits) : false },
        'limits',
      );
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
      const remote = endpointText(event.remote);
      const level = reason === 'terminated' ? 'info' : 'warn';
      const durationMs = Math.round(durationNs / NS_PER_MS);
      const why = detail === undefined ? {} : { detail };
      log[level]({ session, remote, reason, ...why, probesEchoed: echoed, durationMs }, 'end');
      break;
    }
    case 'load': {
      const { session, remote, granted } = event;
      log.info({ session, remote: endpointText(remote), ...granted }, 'load');
      break;
    }
    case 'load-end': {
      const { session, remote, reason, streams, sentBytes, receivedBytes, durationNs } = event;
      const level = reason === 'rules' ? 'warn' : 'info';
      const durationMs = Math.round(durationNs / NS_PER_MS);
      log[level](
        { session, remote: endpointText(remote), reason, streams, sentBytes, receivedBytes, durationMs },
        'end of load',
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
    case 'dropped':
      log.warn({ events: event.events }, 'events dropped: more happened than could be told');
      break;
    case 'echo':
      // Only of plain echo, whose transcript shows it.
      break;
  }
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

/** Likewise, in each direction; 0 bit/s is no bound. */
function valuesOfLoad({
  maxLoadMs,
  maxLoadBitsPerSecond,
  maxLoadStreams,
}: ServerLimits): Record<string, number> {
  return { maxMs: maxLoadMs, maxBitsPerSecond: maxLoadBitsPerSecond, maxStreams: maxLoadStreams };
}

function valuesOf(setup: Setup): Record<string, string | number | boolean> {
  const { measurement, payloadBytes, probes, delay, stamps, load } = setup;
  return {
    measurement,
    payloadBytes,
    probes,
    serverDelayMs: delay.delayNs / NS_PER_MS,
    delayUnit: delay.unit,
    ...(stamps ? { stamps } : {}),
    ...(load ? { load } : {}),
  };
}
