/** The server's log: every value of a setup, the dialect, the end of each session and why; one line an event. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Endpoint, IdentityFacts, ServerEvent, ServerLimits, Setup } from '../../index.ts';
import { memoryBoundText } from '../../options.ts';
import { endpointText } from '../../text/endpoint.ts';
import { visible } from '../visible.ts';
import { dayText, invalidity } from './certificate.ts';
import { DialectHint } from './dialect-hint.ts';
import { type FormatLine, LEVEL_NUMBERS, type LogFields, type LogLevel } from './log-line.ts';
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

/** Writes an event at its level. */
type Tell = (fields: LogFields, message: string) => void;

/** The line that says how many others are missing. */
export function droppedLine(format: FormatLine): (lines: number) => string {
  return (lines) =>
    format({
      level: 'warn',
      timeMs: Date.now(),
      fields: { lines },
      message: 'lines dropped: the log was not read, or could not be written',
    });
}

/** @param level the least that is told */
export function accessLog(
  output: LogOutput,
  format: FormatLine,
  clock: Timekeeper,
  leastLevel: LogLevel = 'info',
): AccessLog {
  const isTold = (level: LogLevel): boolean => LEVEL_NUMBERS[level] >= LEVEL_NUMBERS[leastLevel];
  const tell =
    (level: LogLevel): Tell =>
    (fields, message) => {
      if (isTold(level)) output.write(format({ level, timeMs: Date.now(), fields, message }));
    };
  const warn = tell('warn');
  const hint = new DialectHint(() => clock.nowNs());
  const sampler = new Sampler(clock, ({ address, counts }) => {
    warn({ ...(address === undefined ? {} : { address }), ...counts }, 'and more, not told one by one');
  });
  return {
    tell: (event) => {
      const advice = hint.after(event);
      const level = levelOf(event);
      const isShown = isTold(level);
      if (!sampler.admits(event, isShown)) return;
      if (isShown && !output.hasRoom) output.drop();
      else if (isShown) write(tell(level), event);
      if (advice !== undefined) warn({}, advice);
      const trouble = certificateTrouble(event);
      if (trouble !== undefined) warn({}, trouble);
    },
    note: (message) => warn({}, visible(message)),
    flush: () => sampler.flush(),
  };
}

/** What keeps all clients out is an error; who is refused or broke a rule, a warning; what is nobody's matter, for debugging. */
function levelOf(event: ServerEvent): LogLevel {
  switch (event.kind) {
    case 'exhausted':
      return 'error';
    case 'refused':
    case 'unintroduced':
    case 'dropped':
      return 'warn';
    case 'load-end':
      return event.reason === 'rules' ? 'warn' : 'info';
    case 'end':
      if (event.isHealthCheck) return 'debug';
      return event.reason === 'terminated' ? 'info' : 'warn';
    case 'connected':
      return 'debug';
    case 'listening':
    case 'closing':
    case 'setup':
    case 'dialect':
    case 'echo':
    case 'load':
    case 'load-turn':
    case 'certificate':
    case 'token':
      return 'info';
  }
}

function write(log: Tell, event: ServerEvent): void {
  switch (event.kind) {
    case 'listening': {
      const { engine, threads, notNative, limits, load } = event;
      const why = notNative === undefined ? {} : { notNative };
      log(
        {
          engine,
          ...why,
          threads,
          ...valuesOfLimits(limits),
          load: load ? valuesOfLoad(limits) : false,
          ...memoryOf(event),
        },
        'limits',
      );
      for (const { name, terms } of event.classes ?? []) {
        const { maxSessionNs, maxDelayNs, ...others } = terms;
        const times = { maxSessionMs: maxSessionNs / NS_PER_MS, maxDelayMs: maxDelayNs / NS_PER_MS };
        log({ class: name, ...others, ...times }, 'terms');
      }
      if (event.tls !== undefined) writeCertificate(log, event.tls.certificate, 'TLS');
      break;
    }
    case 'certificate':
      writeCertificate(log, event.certificate, 'TLS: another certificate');
      break;
    case 'closing':
      log({ sessionsInFlight: event.sessionsInFlight, graceMs: event.graceMs }, 'closing');
      break;
    case 'connected':
      log({ session: event.session, ...who(event), ...classOf(event) }, 'connected');
      break;
    case 'setup': {
      const [first, ...others] = event.readings;
      if (first === undefined) break;
      const perhaps = others.map(({ dialect }) => dialect.name);
      log(
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
      log(
        { session: event.session, dialect: event.reading.dialect.name, ...valuesOf(event.reading.setup) },
        'dialect recognised',
      );
      break;
    case 'token': {
      const { session, principal } = event;
      // A field that is called name is that of the log itself, for those who read it as one of pino.
      const { name: holder, id: token, ...terms } = principal;
      log({ session, ...who(event), holder, token, ...terms }, 'token');
      break;
    }
    case 'end': {
      const { session, reason, detail, isHealthCheck, echoed, durationNs } = event;
      const durationMs = Math.round(durationNs / NS_PER_MS);
      const why = {
        ...(detail === undefined ? {} : { detail }),
        ...(isHealthCheck ? { isHealthCheck } : {}),
      };
      log(
        { session, ...who(event), reason, ...why, probesEchoed: echoed, durationMs, ...classOf(event) },
        'end',
      );
      break;
    }
    case 'load-turn': {
      const { session, afterMs, before } = event;
      log({ session, ...who(event), afterMs, before }, 'waits for its turn to load');
      break;
    }
    case 'load':
      log({ session: event.session, ...who(event), ...event.granted }, 'load');
      break;
    case 'load-end': {
      const { session, reason, streams, sentBytes, receivedBytes, durationNs } = event;
      const durationMs = Math.round(durationNs / NS_PER_MS);
      log({ session, ...who(event), reason, streams, sentBytes, receivedBytes, durationMs }, 'end of load');
      break;
    }
    case 'refused': {
      const { reason, most, againSeconds } = event;
      const bound = most === undefined ? {} : { most };
      const again = againSeconds === undefined ? {} : { againSeconds };
      log({ ...who(event), reason, ...bound, ...again, ...classOf(event) }, 'refused');
      break;
    }
    case 'unintroduced':
      log({ ...who(event), problem: event.problem }, 'refused: not introduced');
      break;
    case 'exhausted': {
      const { message, advice } = event;
      log({ reason: message, ...(advice === undefined ? {} : { advice }) }, 'clients wait');
      break;
    }
    case 'dropped':
      log({ events: event.events }, 'events dropped: more happened than could be told');
      break;
    case 'echo':
      // Only of plain echo, whose transcript shows it.
      break;
  }
}

/** Who it was, in every line of a connection: those that read the log look for it by this name. */
function who({ remote }: { readonly remote: Endpoint }): Record<string, string> {
  return { remote: endpointText(remote) };
}

/** Nothing where there are no classes. Behind all else, since filters look for what comes right after the client's end. */
function classOf({ class: name }: { readonly class?: string }): { readonly class?: string } {
  return name === undefined ? {} : { class: name };
}

/** Why clients will refuse the certificate that is shown from now on. */
function certificateTrouble(event: ServerEvent): string | undefined {
  const certificate =
    event.kind === 'certificate'
      ? event.certificate
      : event.kind === 'listening'
        ? event.tls?.certificate
        : undefined;
  const trouble = certificate && invalidity(certificate, Date.now());
  return trouble && `${trouble}: clients will refuse it`;
}

/** What the limits add up to. */
function memoryOf({ memory }: Extract<ServerEvent, { kind: 'listening' }>): Record<string, string | number> {
  return { maxMemoryBytes: memory.totalBytes, memory: memoryBoundText(memory) };
}

/** A certificate that is shown from now on. */
function writeCertificate(log: Tell, certificate: IdentityFacts, what: string): void {
  const { names, validToMs } = certificate;
  log({ names: names.map((name) => visible(name)), validTo: dayText(validToMs) }, what);
}

/** What the server grants, so that a refused client can be told why. */
function valuesOfLimits(limits: ServerLimits): Record<string, number> {
  const { maxPayloadBytes, maxTotalPayloadBytes, maxProbes, maxSessions, maxClientSessions } = limits;
  return {
    maxPayloadBytes,
    maxTotalPayloadBytes,
    maxProbes,
    maxDelayMs: limits.maxDelayNs / NS_PER_MS,
    maxSessions,
    maxClientSessions,
    maxSessionMs: limits.maxSessionNs / NS_PER_MS,
    firstMessageMs: limits.firstMessageNs / NS_PER_MS,
    idleMs: limits.idleNs / NS_PER_MS,
  };
}

/** Likewise, in each direction; 0 bit/s is no bound. */
function valuesOfLoad({
  maxLoadMs,
  maxLoadBitsPerSecond,
  maxLoadStreams,
  maxLoads,
  maxLoadsWaiting,
  maxLoadWaitMs,
}: ServerLimits): Record<string, number> {
  return {
    maxMs: maxLoadMs,
    maxBitsPerSecond: maxLoadBitsPerSecond,
    maxStreams: maxLoadStreams,
    maxLoads,
    maxWaiting: maxLoadsWaiting,
    maxWaitMs: maxLoadWaitMs,
  };
}

function valuesOf(setup: Setup): Record<string, string | number | boolean> {
  const { measurement, payloadBytes, probes, delay, stamps, load, pipeline, token } = setup;
  return {
    measurement,
    payloadBytes,
    probes,
    serverDelayMs: delay.delayNs / NS_PER_MS,
    delayUnit: delay.unit,
    ...(stamps ? { stamps } : {}),
    ...(load ? { load } : {}),
    ...(pipeline ? { pipeline } : {}),
    ...(token ? { token } : {}),
  };
}
