/** The command line of `monitor`: which targets, how often, where what is found is kept and shown. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { multiple, optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string, url } from '@optique/core/valueparser';
import { ENGINES } from '../../../facts/engine.ts';
import {
  DEFAULT_MONITOR_BYTES,
  DEFAULT_MONITOR_INTERVAL_MS,
  DEFAULT_MONITOR_PROBES,
  MAX_MONITOR_BYTES,
  MAX_MONITOR_INTERVAL_MS,
  MAX_MONITOR_PROBES,
  MIN_MONITOR_INTERVAL_MS,
} from '../../../options.ts';
import { file } from '../../options/file.ts';
import { type Example, examples, usageLine } from '../../options/help.ts';
import { listenAddress } from '../../options/listen-address.ts';
import { debug } from '../../options/printing.ts';
import { defaulted, defaultedLater } from '../../options/words/defaulted.ts';
import { rhythm } from '../../options/words/rhythm.ts';
import { byteSize, count, durationText, word } from '../../options/words/values.ts';

export const MONITOR_EXAMPLES: readonly Example[] = [
  ['echolot monitor host.example:9900', 'measure a server every 10 s, and show it on http://localhost:9901'],
  [
    'echolot monitor host.example:443 192.0.2.7:22 --kind ping --interval 1s',
    'any open ports, once a second',
  ],
  ['echolot monitor --config monitor.toml', 'many targets, each in its own way; SIGHUP reads the file anew'],
];

export const MONITOR_PAGE = { host: 'localhost', port: 9_901 } as const;

export const monitorCommandLine = command(
  'monitor',
  merge(
    object({
      command: constant('monitor'),
      targets: multiple(
        argument(string({ metavar: 'HOST:PORT' }), { description: message`what to measure` }),
      ),
    }),
    object('What to measure', {
      config: optional(
        option('--config', file('FILE'), {
          description: message`read targets, alerts and options from a TOML file; SIGHUP reads it anew, and a mistake in it changes nothing`,
        }),
      ),
      checkConfig: option('--check-config', {
        description: message`only say whether the options and the file of --config hold, with the line of each mistake`,
      }),
      kind: defaulted(
        option('--kind', word(['measure', 'ping'], 'TYPE'), {
          description: message`measure: echoes of an echolot server, or of any echo server with --plain; ping: TCP handshakes with any open port`,
        }),
        'measure',
      ),
      intervalMs: defaulted(
        option('-i', '--interval', rhythm({ min: MIN_MONITOR_INTERVAL_MS, max: MAX_MONITOR_INTERVAL_MS }), {
          description: message`from the start of one run to the start of the next; a bare number is seconds`,
        }),
        DEFAULT_MONITOR_INTERVAL_MS,
        durationText(DEFAULT_MONITOR_INTERVAL_MS),
      ),
      payloadBytes: defaulted(
        option('--size', byteSize({ min: 1, max: MAX_MONITOR_BYTES }), {
          description: message`payload of each echo`,
        }),
        DEFAULT_MONITOR_BYTES,
        String(DEFAULT_MONITOR_BYTES),
      ),
      probes: defaulted(
        option('-n', '--probes', count({ min: 1, max: MAX_MONITOR_PROBES }), {
          description: message`echoes of each interval`,
        }),
        DEFAULT_MONITOR_PROBES,
        String(DEFAULT_MONITOR_PROBES),
      ),
      plain: option('--plain', {
        description: message`the targets are plain echo servers without a protocol`,
      }),
      engine: defaulted(
        option('--engine', word(ENGINES, 'ENGINE'), {
          description: message`what measures: native calls the Linux kernel directly, node runs everywhere; auto takes native where it can`,
        }),
        'auto',
      ),
    }),
    object('Where it is kept and shown', {
      store: defaultedLater(
        option('--store', file('FILE'), {
          description: message`keep what is found in this file, or in a database (postgres://user@host/database); memory keeps it only until the end`,
        }),
        '$XDG_STATE_HOME/echolot/monitor.sqlite, or in ~/.local/state',
      ),
      page: defaultedLater(
        option('--page', listenAddress(), {
          description: message`where the page, the metrics (/metrics) and health (/healthz) are served over HTTP`,
        }),
        'localhost:9901',
      ),
      noPage: option('--no-page', { description: message`serve no page` }),
      pageToken: optional(
        option('--page-token', file('FILE'), {
          description: message`who asks for the page must know the token in this file; needed where others can reach it`,
        }),
      ),
      pageCert: optional(
        option('--page-cert', file('FILE'), {
          description: message`speak HTTPS with this certificate (PEM)`,
        }),
      ),
      pageKey: optional(
        option('--page-key', file('FILE'), {
          description: message`its key (PEM), which nobody else may read`,
        }),
      ),
      pageNames: multiple(
        option('--page-name', string({ metavar: 'NAME' }), {
          description: message`another name of the page, such as that of a proxy before it; may be given several times`,
        }),
      ),
      insecurePage: option('--insecure-page', {
        description: message`show it to whoever asks, in the clear, where others can reach it`,
      }),
      otlp: optional(
        option('--otlp', url({ metavar: 'URL', allowedProtocols: ['http:', 'https:'] }), {
          description: message`bring the metrics to this collector of OpenTelemetry each minute, as JSON over HTTP; http://localhost:4318 where it runs on this machine`,
        }),
      ),
      quiet: option('-q', '--quiet', {
        description: message`no line each minute; still print the address of the page`,
      }),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', '[HOST:PORT...]'),
    brief: message`Measure targets for as long as you like, with a page, history and alerts.`,
    description: message`Measures each target again and again, keeps what it finds in a file, shows it on a page of this machine, and prints a line each minute, until Ctrl-C.`,
    footer: examples(MONITOR_EXAMPLES),
  },
);

export type MonitorArguments = InferValue<typeof monitorCommandLine>;
