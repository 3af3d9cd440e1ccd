/** What SIGHUP does to a server that has files: the log's is opened anew, the certificate and the configuration are read again. */
import { EcholotError } from '../../../core/errors.ts';
import type { EchoServer } from '../../../index.ts';
import type { ServeArguments } from '../../commands/serve.ts';
import type { ServeOutput } from '../../log/serve-output.ts';
import { WatchedConfig } from './options.ts';
import { serveTls } from './tls.ts';

export class Hangup {
  /** Once it runs. */
  server: Pick<EchoServer, 'setPolicy' | 'tls'> | undefined;
  private readonly options: ServeArguments;
  private readonly output: ServeOutput;
  private readonly config: WatchedConfig | undefined;

  /** @throws ConfigError */
  constructor(options: ServeArguments, output: ServeOutput) {
    this.options = options;
    this.output = output;
    if (options.config !== undefined)
      this.config = new WatchedConfig(options.config, options.public, process.argv);
  }

  /** Whether there is anything to open or to read: a server without ends with its terminal. */
  get isTaken(): boolean {
    const { output, config, options } = this;
    return output.onlooker?.reopen !== undefined || config !== undefined || options.tlsCert !== undefined;
  }

  happen(): void {
    this.output.onlooker?.reopen?.();
    this.unlessBroken('the configuration is', () => this.readConfig());
    this.unlessBroken('the certificate stays', () => this.readCertificate());
  }

  /** A file that is broken changes nothing. */
  private unlessBroken(what: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      // Nor does one that nobody has thought of: clients are served on.
      this.output.note(`${what} as it was: ${error instanceof Error ? error.message : String(error)}`);
      const details = error instanceof EcholotError ? error.details : [];
      for (const detail of details) this.output.note(detail);
    }
  }

  private readConfig(): void {
    if (this.config === undefined) return;
    const { policy, later } = this.config.read();
    if (policy !== undefined) this.server?.setPolicy(policy);
    const rest =
      later.length === 0 ? '' : `; for these the server has to be started anew: ${later.join(', ')}`;
    this.output.note(`the configuration was read${rest}`);
  }

  private readCertificate(): void {
    const identity = serveTls(this.options);
    if (identity !== undefined) this.server?.tls?.renew(identity);
  }
}
