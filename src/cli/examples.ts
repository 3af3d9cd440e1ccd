/** Command lines to start from, and what each does; help pages and documents show them. */

export type Example = readonly [line: string, meaning: string];

export const EXAMPLES: Readonly<
  Record<
    | 'overview'
    | 'serve'
    | 'send'
    | 'measure'
    | 'ping'
    | 'compare'
    | 'merge'
    | 'report'
    | 'assignment'
    | 'demo'
    | 'selftest',
    readonly Example[]
  >
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
    [
      'echolot measure localhost 9900',
      'all sizes of the assignment, ten blocks of each within three seconds',
    ],
    [
      'echolot measure host.example 9900 --type rtt --sizes 1,1000 --precision 2%',
      'two sizes, until both medians are known to within 2 %',
    ],
    [
      'echolot measure localhost 9900 --short --server-delay 500ms --probes 10',
      "the assignment's sample run",
    ],
    ['echolot measure localhost 7 --plain --json --output run.json', 'any echo server; keep every sample'],
    [
      'echolot measure host.example 9900 --probes 500 --fail-if "rtt.p99 > 2ms"',
      'for a script: exit code 3 when the path is too slow',
    ],
  ],
  assignment: [
    ['echolot assignment localhost 9900 --html report.html', 'delays of 0, 10 and 100 ms, with the plots'],
    [
      'echolot assignment localhost 9900 --delays 0,20ms,50ms -n 10',
      'delays of your own; ten probes for each size, in one session',
    ],
    [
      'echolot assignment host.example 9900 --keep results',
      'one file for each delay, which echolot report reads again',
    ],
  ],
  ping: [
    ['echolot ping host.example 443', 'any open port, once a second, until Ctrl-C'],
    ['echolot ping localhost 22 --count 100 --interval 20ms --quiet', 'the summary of two seconds'],
    ['echolot ping host.example 443 --ndjson', 'one line of JSON for each handshake, as it happens'],
  ],
  compare: [
    [
      'echolot compare before-*.json -- after-*.json',
      'results written by measure --json, several runs a side',
    ],
    ['echolot compare host.example:9900 other.example:9900', 'two targets, their blocks in turns'],
    ['echolot compare localhost:9900 --cc cubic,bbr', 'one target, two settings'],
  ],
  report: [
    ['echolot report run.json --html run.html', 'one page with pictures and every table'],
    ['echolot report delay-*.json --png pictures', 'several results in one plot, as images'],
    ['echolot report run.json --markdown', 'the tables for a note or a pull request'],
  ],
  merge: [
    ['echolot merge monday.json tuesday.json', 'one report on both runs'],
    ['echolot merge run-*.json --json --output all.json', 'one result of all runs, for other programs'],
  ],
  demo: [['echolot demo', 'tables and charts of the loopback path in a few seconds']],
  selftest: [
    ['echolot selftest', 'how far this machine can be trusted, in three seconds'],
    ['echolot selftest --json --output selftest.json', 'keep it beside the results of this machine'],
  ],
};
