/** What the words of `serve` and its configuration file ask of a server, and what a file that has changed changes. */
import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import { usage } from '../../../core/errors.ts';
import type { PolicyOptions, ServeOptions } from '../../../index.ts';
import { planServer } from '../../../options.ts';
import type { ServeArguments } from '../../commands/serve.ts';
import { configAtStart, readConfig } from '../../config/read-config.ts';
import type { ConfigOption } from '../../config/reader.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { isTyped } from '../../config/with-config.ts';
import { EXIT } from '../../exit-codes.ts';
import { MAX_PEM_BYTES, readSmall } from '../../files/small-files.ts';
import { namedSocket, thisOwner } from '../../folders/status-sockets.ts';
import { given } from '../../options/given.ts';
import { print } from '../../streams.ts';
import { tokensOf } from '../token/server-tokens.ts';
import { serveTls } from './tls.ts';

const NS_PER_MS = 1_000_000;

/** @throws ConfigError with every mistake of the file */
export function serveOptions(options: ServeArguments): Omit<ServeOptions, 'onEvent'> {
  return {
    host: hostOf(options),
    port: options.port,
    mode: options.echo ? 'echo' : 'measurement',
    dialect: options.dialect,
    ...given({ delayUnit: options.delayUnit, policy: policyOf(options) }),
    limits: {
      ...given({
        maxPayloadBytes: options.maxPayloadBytes,
        maxTotalPayloadBytes: options.maxTotalPayloadBytes,
        maxSessions: options.maxSessions,
        maxClientSessions: options.maxClientSessions,
      }),
      maxProbes: options.maxProbes,
      maxDelayNs: nsOf(options.maxDelayMs),
      maxSessionNs: nsOf(options.maxSessionMs),
      firstMessageNs: nsOf(options.firstMessageMs),
      idleNs: nsOf(options.idleMs),
      maxLoadMs: Math.ceil(options.maxLoadMs),
      maxLoadBitsPerSecond: options.maxLoadBitsPerSecond,
      maxLoadStreams: options.maxLoadStreams,
      maxLoads: options.maxLoads,
      maxLoadsWaiting: options.maxLoadsWaiting,
      maxLoadWaitMs: Math.ceil(options.maxLoadWaitMs),
    },
    load: !options.noLoad,
    ...given({
      memoryBytes: options.memoryBytes,
      proxyFrom: options.proxyFrom,
      tls: serveTls(options),
      tokens: tokensOf(options),
    }),
    graceMs: options.graceMs,
    engine: options.engine,
    threads: options.threads,
  };
}

export function hostOf({ host, public: isPublic }: Pick<ServeArguments, 'host' | 'public'>): string {
  if (host !== undefined) return host;
  return isPublic ? everyAddress() : 'localhost';
}

/** Says that nothing is wrong, and what there is. @throws ConfigError, EcholotError `usage` */
export async function checkConfig(options: ServeArguments): Promise<number> {
  const { policy } = planServer(serveOptions(options));
  checkFiles(options);
  const classes = policy?.classes.map(({ name }) => name).join(', ');
  const what = options.config ?? 'the options';
  await print(`${what}: no mistakes${classes === undefined ? '' : `; classes ${classes}`}\n`);
  return EXIT.done;
}

/** What a server opens when it starts, and nothing that it would change. */
function checkFiles({ revokedFile, logFile, statusSocket }: ServeArguments): void {
  if (revokedFile !== undefined) readSmall(revokedFile, 'the list of revoked tokens', MAX_PEM_BYTES);
  if (statusSocket !== undefined) namedSocket(thisOwner(), statusSocket);
  if (logFile === undefined) return;
  try {
    accessSync(existsSync(logFile) ? logFile : dirname(resolve(logFile)), constants.W_OK);
  } catch {
    throw usage(`the log ${logFile} cannot be written`, 'make its folder, or name another file');
  }
}

/** The file as it was when the server began, and what has changed since. */
export class WatchedConfig {
  private readonly file: string;
  private readonly begun: ServerConfig;
  private readonly usual: 'public' | undefined;
  private readonly typed: readonly string[];

  /** @param typed the command line, which wins. @throws ConfigError */
  constructor(file: string, isPublic: boolean, typed: readonly string[]) {
    this.file = file;
    this.begun = configAtStart('serve', file);
    this.usual = isPublic ? 'public' : undefined;
    this.typed = typed;
  }

  /**
   * Reads it anew.
   * @returns the policy that holds from now on, and what holds only from the next start on
   * @throws ConfigError
   */
  read(): { readonly policy: PolicyOptions | 'public' | undefined; readonly later: readonly string[] } {
    const { options, policy = this.usual } = readConfig(this.file);
    const later = changedOptions(this.begun.options, options).filter((name) => !isTyped(name, this.typed));
    const had = this.begun.policy ?? this.usual;
    // A server with classes cannot lose them while it runs, nor one without get some.
    if ((had === undefined) === (policy === undefined)) return { policy, later };
    return { policy: undefined, later: [...later, 'classes and networks'] };
  }
}

function changedOptions(before: readonly ConfigOption[], after: readonly ConfigOption[]): readonly string[] {
  const textOf = (options: readonly ConfigOption[], name: string): string | undefined =>
    options.find((option) => option.name === name)?.args.join(' ');
  const names = new Set([...before, ...after].map(({ name }) => name));
  return [...names].filter((name) => textOf(before, name) !== textOf(after, name));
}

function policyOf({
  config,
  public: isPublic,
}: Pick<ServeArguments, 'public' | 'config'>): PolicyOptions | 'public' | undefined {
  const policy = config === undefined ? undefined : configAtStart('serve', config).policy;
  return policy ?? (isPublic ? 'public' : undefined);
}

/** Both families where this machine has both. */
function everyAddress(): string {
  const has6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'));
  return has6 ? '::' : '0.0.0.0';
}

/** Limits are whole nanoseconds; a product of a fraction is not always one. */
function nsOf(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}
