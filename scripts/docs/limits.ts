/** Every limit with its default, the option that moves it, and the reason that its constant's comment gives. */
import { byteSizeText, durationText } from '../../src/cli/options/words/values.ts';
import * as sessionLimits from '../../src/core/limits.ts';
import { asciiBytes } from '../../src/core/wire/grammar.ts';
import { MAX_STATUS_BYTES, quietNs } from '../../src/core/wire/status.ts';
import * as serverDefaults from '../../src/server/defaults.ts';
import { commandDoc } from './commands.ts';
import { code, table } from './markdown.ts';
import { constantComments } from './source-comments.ts';

interface Limit {
  readonly what: string;
  /** The option of `serve` that moves it; undefined where it is fixed, as some sizes are. */
  readonly option?: string;
  /** As help has it, where that is more than the number. */
  readonly shown?: string;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  DEFAULT_MAX_PAYLOAD_BYTES: { what: 'largest MSG-SIZE', option: '--max-payload' },
  DEFAULT_MAX_PROBES: { what: 'most PROBES', option: '--max-probes' },
  DEFAULT_MAX_DELAY_NS: { what: 'longest SERVER-DELAY', option: '--max-delay' },
  DEFAULT_FIRST_MESSAGE_NS: { what: 'time for the first message', option: '--first-message' },
  DEFAULT_IDLE_NS: { what: 'time for each later message', option: '--idle' },
  DEFAULT_MAX_SESSIONS: { what: 'sessions at once', option: '--max-sessions' },
  DEFAULT_MAX_CLIENT_SESSIONS: {
    what: 'sessions at once of one client',
    option: '--max-client-sessions',
    shown: '512, or half of --max-sessions',
  },
  DEFAULT_MAX_SESSION_NS: { what: 'longest session', option: '--max-session-time' },
  DEFAULT_MAX_TOTAL_PAYLOAD_BYTES: { what: 'sum of MSG-SIZE, all sessions', option: '--max-total-payload' },
  DEFAULT_MAX_LOAD_MS: { what: 'longest load', option: '--max-load-seconds' },
  DEFAULT_MAX_LOAD_BITS_PER_SECOND: {
    what: 'payload of a load in each direction, bit/s',
    option: '--max-load-rate',
  },
  DEFAULT_MAX_LOAD_STREAMS: { what: 'connections of a load that carry data', option: '--max-load-streams' },
  DEFAULT_MAX_LOADS: { what: 'loads at once', option: '--max-loads' },
  DEFAULT_MAX_LOADS_WAITING: { what: 'clients that wait for their turn to load', option: '--max-waiting' },
  DEFAULT_MAX_LOAD_WAIT_MS: { what: 'longest wait for a turn to load', option: '--max-wait' },
  DEFAULT_GRACE_MS: { what: 'grace at shutdown', option: '--grace' },
  DEFAULT_PORT: { what: 'port', option: '--port' },
  DEFAULT_TLS_PORT: { what: 'port of TLS, where there is one', option: '--tls-port' },
  DEFAULT_THREADS: { what: 'threads', option: '--threads' },
  MAX_SETUP_BYTES: { what: 'longest setup message' },
  MAX_BYE_BYTES: { what: 'longest termination message' },
  MAX_KEPT_RESIDENCES: { what: 'residences kept, and asked for at once (`+stamps`)' },
  MAX_QUESTION_BYTES: { what: 'longest question for residences (`+stamps`)' },
  MAX_LOAD_LINE_BYTES: { what: 'longest line of a load (`+load`)' },
  MAX_TOKEN_BYTES: { what: 'longest token (`+token`)' },
  MAX_TOKEN_LINE_BYTES: { what: 'longest line that shows a token (`+token`)' },
  MAX_SIGNATURES_PER_SECOND: { what: 'signatures checked in a second, all sessions (`+token`)' },
  MESSAGES_PER_TURN: { what: 'messages of one connection before the others have their turn' },
  MIN_FREE_PAYLOAD_BYTES: { what: 'payload bound where a dialect leaves the size open' },
};

/** @throws Error when a constant is missing here, has no reason, or help shows another default */
export function limitsTable(): string {
  const comments = new Map([
    ...constantComments('src/core/limits.ts'),
    ...constantComments('src/server/defaults.ts'),
  ]);
  const values: Readonly<Record<string, unknown>> = { ...sessionLimits, ...serverDefaults };
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' && LIMITS[name] === undefined) throw new Error(`${name} is in no table`);
  }
  const rows = Object.entries(LIMITS).map(([name, { what, option, shown: words }]) => {
    const reason = comments.get(name);
    if (reason === undefined || reason === '') throw new Error(`${name} has no comment with its reason`);
    const shown = words ?? limitText(name, Number(values[name]));
    if (option !== undefined) checkDefault(option, shown);
    return option === undefined
      ? [what, name.endsWith('_BYTES') ? `${shown} bytes` : shown, 'fixed', reason]
      : [what, shown, code(option), reason];
  });
  return table(['limit', 'default', 'option', 'reason'], rows);
}

function limitText(name: string, value: number): string {
  // Help writes sizes as they are typed; a fixed size is a number of bytes.
  if (name.endsWith('_BYTES')) return name.startsWith('DEFAULT_') ? byteSizeText(value) : String(value);
  if (name.endsWith('_NS')) return durationText(value / 1_000_000);
  // No bound.
  if (name.endsWith('_PER_SECOND') && value === 0) return 'none';
  return name.endsWith('_MS') ? durationText(value) : String(value);
}

function checkDefault(option: string, shown: string): void {
  const options = commandDoc('serve').groups.flatMap((group) => group.options);
  const found = options.find(({ names }) => names.includes(option));
  if (found?.default !== shown) throw new Error(`help gives ${found?.default} for ${option}, not ${shown}`);
}

/** How long a client waits for more of a status line that has no LF. */
export function statusTimes(): string {
  const rows = [
    ['quiet time after a text that servers are known to send', quietText('200 OK: Ready')],
    ['quiet time after any other text', quietText('200 OK, go')],
    ['longest status line', `${MAX_STATUS_BYTES} bytes`],
  ];
  return table(['what', 'value'], rows);
}

function quietText(status: string): string {
  return durationText(Number(quietNs(asciiBytes(status)) ?? 0n) / 1_000_000);
}
