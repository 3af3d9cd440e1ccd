/** Command lines to start from, and what each does; help pages and documents show them. */

export type Example = readonly [line: string, meaning: string];

export const EXAMPLES: Readonly<
  Record<'overview' | 'serve' | 'send' | 'measure' | 'ping' | 'demo', readonly Example[]>
> = {
  overview: [
    ['echolot demo', 'see it work: the loopback path of this machine'],
    ['echolot serve', 'on one end'],
    ['echolot measure HOST 9900', 'on the other'],
    ['echolot ping HOST 443', 'any open port, without a server of ours'],
  ],
  serve: [
    ['echolot serve', 'serve clients on this machine, port 9900'],
    ['echolot serve --host 0.0.0.0 --port 9900 --log json', 'serve the network, log for machines'],
    ['echolot serve --echo', "the assignment's first part"],
  ],
  send: [
    ['echolot send localhost 9900', 'send "Hello world!"'],
    ['echolot send example.org 7 "Is anybody there?"', 'send a text of your own'],
  ],
  measure: [
    ['echolot measure localhost 9900', 'all sizes of the assignment'],
    [
      'echolot measure host.example 9900 --type rtt --sizes 1,1000 --probes 1000',
      'two sizes, good percentiles',
    ],
    [
      'echolot measure localhost 9900 --short --server-delay 500ms --probes 10',
      "the assignment's sample run",
    ],
    ['echolot measure localhost 7 --plain --json --output run.json', 'any echo server; keep every sample'],
  ],
  ping: [
    ['echolot ping host.example 443', 'any open port, once a second, until Ctrl-C'],
    ['echolot ping localhost 22 --count 100 --interval 20ms --quiet', 'the summary of two seconds'],
    ['echolot ping host.example 443 --ndjson', 'one line of JSON for each handshake, as it happens'],
  ],
  demo: [['echolot demo', 'tables and charts of the loopback path in a few seconds']],
};
