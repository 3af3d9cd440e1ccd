/**
 * The server against each client of docs/spec/protocol.md 11, typed out from its table. Nothing here is derived from
 * src/core/dialects.ts: a slip there must not be repeated here.
 */
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../src/core/wire/dialects.ts';
import { ServerEnd } from './ends.ts';

/** What the client sends in one message, and what the server answers to it. */
type Exchange = readonly [sent: string, answered: string];

interface Scenario {
  readonly loss: string;
  readonly spoken: DialectName;
  readonly option: DialectName | 'auto';
  readonly exchanges: readonly Exchange[];
}

const READY = '200 OK: Ready\n';
const CLOSING = '200 OK: Closing Connection\n';

const SIZE_FIRST: readonly Exchange[] = [
  ['s RTT 5 3 0\n', READY],
  ['m hello 1\n', 'm hello 1\n'],
  ['m world 2\n', 'm world 2\n'],
  ['m a b c 3\n', 'm a b c 3\n'],
  ['t\n', CLOSING],
];

const PROBES_FIRST: readonly Exchange[] = [
  ['s rtt 2 5 0\n', READY],
  ['m 1 hello\n', 'm 1 hello\n'],
  ['m 2 world\n', 'm 2 world\n'],
  ['t\n', CLOSING],
];

const ZERO_BASED_ROUND: readonly Exchange[] = [
  ['s rtt 2 5 0\n', READY],
  ['m 0 hello\n', 'm 0 hello\n'],
  ['m 1 world\n', 'm 1 world\n'],
];
const ZERO_BASED: readonly Exchange[] = [
  ...Array.from({ length: 11 }, () => ZERO_BASED_ROUND).flat(),
  ['s tput 1 7 0\n', READY],
  ['m 0 goodput\n', 'm 0 goodput\n'],
  ['t\n', CLOSING],
];

const TABS: readonly Exchange[] = [
  ['s\ttput\t2\t5\t0\n', READY],
  ['m 1 hello\n', 'm 1 hello\n'],
  ['m 2 world\n', 'm 2 world\n'],
  ['t\n', CLOSING],
];

const LITERAL_NEWLINE: readonly Exchange[] = [
  ['s rtt 2 5 0\\n', '200 OK: Ready'],
  ['m 1 hello\n', 'm 1 hello\n'],
  ['m 2 world\n', 'm 2 world\n'],
];
const LITERAL_NEWLINE_BYE: readonly Exchange[] = [['t\\n', '200 OK: Closing Connection']];

const HELLO: readonly Exchange[] = [
  ['h rtt 2 5 0\n', '200 OK - Ready\n'],
  ['m 1 hello\n', 'm 1 hello\n'],
  ['m 2 world\n', 'm 2 world\n'],
  ['b\n', '200 OK - Closing\n'],
];

const HELLO_NUMERIC: readonly Exchange[] = [
  ['h 1 20 5 0\n', '200 OK - Ready'],
  ['m 1 hello\n', 'm 1 hello\n'],
  ['m 2 world\n', 'm 2 world\n'],
  ['b\n', '200 OK - Closing'],
];

const LOWER_SIZE_FIRST_PROBES: readonly Exchange[] = [
  ['m hello 0\n', 'm hello 0\n'],
  ['m world 1\n', 'm world 1\n'],
  ['t\n', '200 OK: Closing Connection'],
];

const RECOGNISED: readonly Scenario[] = [
  {
    loss: 'a client written from the assignment is served without an option',
    spoken: 'size-first',
    option: 'auto',
    exchanges: SIZE_FIRST,
  },
  {
    loss: 'a client of the original course is served without an option',
    spoken: 'probes-first',
    option: 'auto',
    exchanges: PROBES_FIRST,
  },
  {
    loss: 'a client that counts from 0 and sets up twelve times is served to its only bye',
    spoken: 'zero-based',
    option: 'auto',
    exchanges: ZERO_BASED,
  },
  {
    loss: 'a client that puts the size first under lower-case types is recognised by its first probe',
    spoken: 'lower-size-first',
    option: 'auto',
    exchanges: [['s tput 5 2 0\n', READY], ...LOWER_SIZE_FIRST_PROBES],
  },
  {
    loss: 'a client that parts its setup with TABs is served without an option',
    spoken: 'tabs',
    option: 'auto',
    exchanges: TABS,
  },
  {
    loss: 'a client that ends its setup in a backslash and an n is answered, not waited for',
    spoken: 'literal-newline',
    option: 'auto',
    exchanges: LITERAL_NEWLINE,
  },
  {
    loss: 'a hello client is answered in hello words',
    spoken: 'hello',
    option: 'auto',
    exchanges: HELLO,
  },
  {
    loss: 'a hello client with a digit for a type is answered in hello words',
    spoken: 'hello-numeric',
    option: 'auto',
    exchanges: HELLO_NUMERIC,
  },
];

const BY_OPTION: readonly Scenario[] = [
  {
    loss: 'a server fixed to the assignment serves a client written from them',
    spoken: 'size-first',
    option: 'size-first',
    exchanges: SIZE_FIRST,
  },
  {
    loss: "the assignment's own sample client runs: any payload, from 0, its own spelling of ready",
    spoken: 'sample',
    option: 'sample',
    exchanges: [
      ['s RTT 1000 3 0\n', '200 Ok: Ready'],
      ['mHello_World_welcome_to_lit 0\n', 'mHello_World_welcome_to_lit 0\n'],
      ['mHello_World_welcome_to_lit 1\n', 'mHello_World_welcome_to_lit 1\n'],
      ['m Hello_World_welcome_to_lit 2\n', 'm Hello_World_welcome_to_lit 2\n'],
      ['t \n', '200 OK: Closing Connection'],
    ],
  },
  {
    loss: 'a server fixed to the original course serves its client',
    spoken: 'probes-first',
    option: 'probes-first',
    exchanges: PROBES_FIRST,
  },
  {
    loss: 'a server fixed to counting from 0 takes twelve setups',
    spoken: 'zero-based',
    option: 'zero-based',
    exchanges: ZERO_BASED,
  },
  {
    loss: 'a client that cannot bear an LF on status lines gets none',
    spoken: 'lower-size-first',
    option: 'lower-size-first',
    exchanges: [['s rtt 5 2 0\n', '200 OK: Ready'], ...LOWER_SIZE_FIRST_PROBES],
  },
  {
    loss: 'a server fixed to TABs serves its client',
    spoken: 'tabs',
    option: 'tabs',
    exchanges: TABS,
  },
  {
    loss: 'a server fixed to literal line ends serves its client',
    spoken: 'literal-newline',
    option: 'literal-newline',
    exchanges: LITERAL_NEWLINE,
  },
  {
    loss: 'a client that insists on (200 OK) after its echo gets it',
    spoken: 'echo-suffix',
    option: 'echo-suffix',
    exchanges: [
      ['s rtt 2 5 0\n', READY],
      ['m 1 hello\n', 'm 1 hello (200 OK)\n'],
      ['m 2 world\n', 'm 2 world (200 OK)\n'],
      ['t\n', CLOSING],
    ],
  },
  {
    loss: 'a client that refuses anything but "200 Ready" gets just that',
    spoken: 'ready-short',
    option: 'ready-short',
    exchanges: [
      ['s rtt 2 5 0\n', '200 Ready\n'],
      ['m 1 hello\n', 'm 1 hello\n'],
      ['m 2 world\n', 'm 2 world\n'],
      ['t\n\n', CLOSING],
    ],
  },
  {
    loss: 'a client that expects its payload and an LF back gets no more',
    spoken: 'payload-echo',
    option: 'payload-echo',
    exchanges: [
      ['s rtt 2 5 0\n', '200 OK: READY'],
      ['m 1 hello\n', 'hello\n'],
      ['m 2 wo ld\n', 'wo ld\n'],
      ['t\n', CLOSING],
    ],
  },
  {
    loss: 'a client that expects nothing but its payload back gets no LF anywhere',
    spoken: 'payload-echo-bare',
    option: 'payload-echo-bare',
    exchanges: [
      ['s rtt 2 5 0\n', '200 OK: Ready'],
      ['m 1 hello\n', 'hello'],
      ['m 2 world\n', 'world'],
      ['t\n', '200 OK: Closing Connection'],
    ],
  },
  { loss: 'a server fixed to hello serves its client', spoken: 'hello', option: 'hello', exchanges: HELLO },
  {
    loss: 'a server fixed to numeric hello serves its client',
    spoken: 'hello-numeric',
    option: 'hello-numeric',
    exchanges: HELLO_NUMERIC,
  },
];

const SCENARIOS: readonly Scenario[] = [...RECOGNISED, ...BY_OPTION];

function title({ loss, option }: Scenario): string {
  return `${loss} (--dialect ${option})`;
}

function endOf({ option, spoken }: Scenario, server: ServerEnd): void {
  expect(server.reportedDialects, `recognised under ${option}`).toEqual([spoken]);
  if (spoken === 'literal-newline') {
    expect(server.session.isClosed).toBe(false);
    server.end();
    expect(server.ending?.reason).toBe('closed-by-peer');
  } else {
    expect(server.session.isClosed).toBe(true);
    expect(server.ending?.reason).toBe('terminated');
  }
}

describe('message by message', () => {
  for (const scenario of SCENARIOS) {
    test(title(scenario), () => {
      const server = new ServerEnd(scenario.option);
      for (const [sent, answered] of scenario.exchanges) expect(server.feed(sent), sent).toBe(answered);
      endOf(scenario, server);
    });
  }
});

describe('byte by byte', () => {
  for (const scenario of SCENARIOS) {
    test(title(scenario), () => {
      const server = new ServerEnd(scenario.option);
      for (const [sent, answered] of scenario.exchanges)
        expect(server.feedInPieces(sent), sent).toBe(answered);
      endOf(scenario, server);
    });
  }
});

describe('all messages in one chunk', () => {
  for (const scenario of SCENARIOS) {
    test(title(scenario), () => {
      const server = new ServerEnd(scenario.option);
      const sent = scenario.exchanges.map(([message]) => message).join('');
      let answered = server.feed(sent);
      while (server.session.isHolding) answered += server.wake(1n);
      expect(answered).toBe(scenario.exchanges.map(([, answer]) => answer).join(''));
      endOf(scenario, server);
    });
  }
});

describe('what one connection does not show', () => {
  test.each(['auto', 'literal-newline'] as const)(
    'a literal-newline client that says goodbye on a new connection is answered (--dialect %s)',
    (option) => {
      for (const [sent, answered] of LITERAL_NEWLINE_BYE) {
        const server = new ServerEnd(option);
        expect(server.feedInPieces(sent)).toBe(answered);
        expect(server.session.isClosed).toBe(true);
        expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: 0 });
      }
    },
  );

  test('the log does not name one dialect while a lower-case setup can still mean three', () => {
    const server = new ServerEnd('auto');
    server.feed('s rtt 2 5 0\n');
    expect(new Set(server.reportedDialects)).toEqual(
      new Set(['probes-first', 'zero-based', 'lower-size-first']),
    );
    server.feed('m 0 hello\n');
    expect(server.reportedDialects).toEqual(['zero-based']);
  });

  test('a thirteenth setup on one connection is refused', () => {
    const server = new ServerEnd('zero-based');
    for (let round = 0; round < 12; round++) {
      for (const [sent, answered] of ZERO_BASED_ROUND) expect(server.feed(sent)).toBe(answered);
    }
    expect(server.feed('s rtt 2 5 0\n')).toMatch(/^404 ERROR: /);
    expect(server.ending?.probesEchoed).toBe(24);
  });

  test('a client with long messages is not refused because another reading of its setup is too much', () => {
    const server = new ServerEnd('auto', { limits: { maxPayloadBytes: 100_000, maxProbes: 1_000 } });
    expect(server.feed('s tput 32768 10 0\n')).toMatch(/^200 OK: Ready\n?$/);
    expect(server.feed(`m ${'x'.repeat(32_768)} 0\n`)).toBe(`m ${'x'.repeat(32_768)} 0\n`);
    expect(server.reportedDialects).toEqual(['lower-size-first']);
  });

  test('a client with many probes is not refused because another reading of its setup is too much', () => {
    const server = new ServerEnd('auto', { limits: { maxPayloadBytes: 1_000, maxProbes: 100_000 } });
    expect(server.feed('s rtt 32768 5 0\n')).toBe(READY);
    expect(server.feed('m 1 hello\n')).toBe('m 1 hello\n');
  });
});
