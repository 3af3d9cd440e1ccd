/** The man page's prose: what no option can say of itself. One string is one paragraph. */

export const DESCRIPTION: readonly string[] = [
  'echolot measures what a TCP path does by echo. A client sends a message and takes the time until the same message has come back. The round-trip time is taken for small messages, the throughput for larger ones.',
  'Client and server speak a small text protocol in three phases on one connection: setup, measurement, termination. Thirteen dialects of it are known. The server tells most of them apart by itself; the client tries the usual ones. With --plain the client measures any echo server (RFC 862), which needs no protocol at all.',
  'A round-trip time begins just before the first byte of a probe is written and ends when the last byte of its echo has been read. The throughput of a probe is its payload in bits over its round-trip time. Each report prints both definitions, the number of samples and every doubt that the samples give rise to.',
  'Results go to standard output or to the file named by --output. Errors, the log and the progress go to standard error.',
];

export const VALUES: readonly string[] = [
  'TIME is a number with its unit: 50us, 500ms, 0.5s or 2m; a bare 0 needs none. SIZE is a number of bytes: 1000, 2K, 16M or 1G, where K is 1024. SIZES are sizes parted by commas. N and PORT are whole numbers.',
  'An option that takes a value may be written --option VALUE or --option=VALUE. After -- nothing is an option.',
];

/** What the parser offers beside the commands. */
export const BUILT_IN: readonly (readonly [name: string, meaning: string])[] = [
  ['help', 'Prints the help page of the program, or of the command named after it.'],
  ['completion', 'Prints a completion script for the shell named after it.'],
  ['--help', 'Prints the help page of the program, or of the command before it.'],
  ['--version', 'Prints the version.'],
];

export const WARNINGS: readonly string[] = [
  'A measurement is traffic. Large sizes and many probes fill a path and slow down whoever shares it. While it waits for an echo the client keeps one processor busy, so as not to miss its arrival. Measure only servers that you may measure.',
  'A result carries warnings where its numbers deserve doubt. Each has a code, its evidence, and an advice:',
];

export const SECURITY: readonly string[] = [
  'The protocol has neither encryption nor authentication: whoever can reach a server can use it, and whoever is on the path can read and change everything. A server therefore listens on the loopback addresses unless --host says otherwise. Before a server is opened to a network, restrict who may reach it, and look at its limits (--max-sessions, --max-total-payload, --max-delay, --idle).',
  'An echo server answers with as many bytes as it was sent, over TCP only, so a forged source address gains an attacker nothing.',
  'Texts from the network are printed with their control characters escaped.',
];

export const LIMITATIONS: readonly string[] = [
  'Times are those of the application: they contain the way through both kernels, the wake-up of both programs and the time the server takes. On a fast path these weigh more than the path itself; the report prints what the client measures within its own process for comparison. The native engine takes each round trip apart into the time in this program, both kernels, the network and the server, as far as kernels and server tell.',
  'One probe is under way at a time. The throughput is that of one message after the other and not what the path could carry at once.',
  'The delay that a server adds is asked for in a number without a unit. Servers read it as seconds or as milliseconds; the server of echolot logs what it understood, and --delay-unit fixes it.',
  'Some dialects cannot be told apart from the wire. The server speaks those only with --dialect.',
];
