/** The server's refusals, word for word from docs/spec/protocol.md (5 and 11), in each family. */
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../src/core/wire/dialects.ts';
import { ServerEnd } from './ends.ts';

interface Family {
  readonly option: DialectName | 'auto';
  readonly client: DialectName;
  readonly badSetup: string;
  readonly setup: string;
  readonly badProbe: string;
  readonly badBye: string;
  /** Line end of this family's refusals; where the table says it does no harm, either is right. */
  readonly end: '\n' | '' | 'either';
  readonly texts: readonly [setup: string, measurement: string, termination: string];
}

const CANONICAL = [
  '404 ERROR: Invalid Connection Setup Message',
  '404 ERROR: Invalid Measurement Message',
  '404 ERROR: Invalid Connection Termination Message',
] as const;

const HELLO = [
  '404 ERROR - Invalid Hello message',
  '404 ERROR - Invalid Measurement message',
  '404 ERROR - Invalid Bye message',
] as const;

const FAMILIES: readonly Family[] = [
  {
    option: 'auto',
    client: 'size-first',
    badSetup: 's RTT 5 2\n',
    setup: 's RTT 5 2 0\n',
    badProbe: 'm hello 2\n',
    badBye: 'tt\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'auto',
    client: 'probes-first',
    badSetup: 's rtt 2\n',
    setup: 's rtt 2 5 0\n',
    badProbe: 'm 7 hello\n',
    badBye: 'terminate\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'auto',
    client: 'tabs',
    badSetup: 's\trtt\t0\t5\t0\n',
    setup: 's\trtt\t2\t5\t0\n',
    badProbe: 'm\t1\thello\n',
    badBye: 't now\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'zero-based',
    client: 'zero-based',
    badSetup: 's rtt two 5 0\n',
    setup: 's rtt 2 5 0\n',
    badProbe: 'm 1 hello\n',
    badBye: 't.\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'ready-short',
    client: 'ready-short',
    badSetup: 's rtt -2 5 0\n',
    setup: 's rtt 2 5 0\n',
    badProbe: 'm 1 hell\n',
    badBye: 't 1\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'echo-suffix',
    client: 'echo-suffix',
    badSetup: 's RTT 2 5 0\n',
    setup: 's rtt 2 5 0\n',
    badProbe: 'm 1 hello (200 OK)\n',
    badBye: 'ttt\n',
    end: '\n',
    texts: CANONICAL,
  },
  {
    option: 'sample',
    client: 'sample',
    badSetup: 's RTT 1000\n',
    setup: 's RTT 1000 10 0.5\n',
    badProbe: 'mHello 5\n',
    badBye: 'tx\n',
    end: '',
    texts: CANONICAL,
  },
  {
    option: 'lower-size-first',
    client: 'lower-size-first',
    badSetup: 's rtt\n',
    setup: 's rtt 5 2 0\n',
    badProbe: 'm hello 1\n',
    badBye: 'tx\n',
    end: '',
    texts: CANONICAL,
  },
  {
    option: 'payload-echo-bare',
    client: 'payload-echo-bare',
    badSetup: 's rtt 2 5 soon\n',
    setup: 's rtt 2 5 0\n',
    badProbe: 'hello\n',
    badBye: 'tx\n',
    end: '',
    texts: CANONICAL,
  },
  {
    option: 'auto',
    client: 'literal-newline',
    badSetup: 's rtt 2\\n',
    setup: 's rtt 2 5 0\\n',
    badProbe: 'm 2 hello\n',
    badBye: 'tx\n',
    end: 'either',
    texts: CANONICAL,
  },
  {
    option: 'auto',
    client: 'hello',
    badSetup: 'h rtt 2 5\n',
    setup: 'h rtt 2 5 0\n',
    badProbe: 'm 2 hello\n',
    badBye: 'bye\n',
    end: '\n',
    texts: HELLO,
  },
  {
    option: 'auto',
    client: 'hello-numeric',
    badSetup: 'h 0 19 5 0\n',
    setup: 'h 0 20 5 0\n',
    badProbe: 'm 0 hello\n',
    badBye: 'b b\n',
    end: 'either',
    texts: HELLO,
  },
  {
    option: 'hello-numeric',
    client: 'hello-numeric',
    badSetup: 'h 2 20 5 0\n',
    setup: 'h 1 20 5 0\n',
    badProbe: 'm 1 helloo\n',
    badBye: 'bb\n',
    end: 'either',
    texts: HELLO,
  },
];

function expectRefusal(answered: string, words: string, end: Family['end']): void {
  if (end === 'either') expect([words, `${words}\n`]).toContain(answered);
  else expect(answered).toBe(words + end);
}

describe.each(FAMILIES)('a $client client under --dialect $option', (family) => {
  const { option, badSetup, setup, badProbe, badBye, end, texts } = family;

  test('is told in its own words that its setup is wrong', () => {
    const server = new ServerEnd(option);
    expectRefusal(server.feed(badSetup), texts[0], end);
    expect(server.session.isClosed).toBe(true);
    expect(server.ending?.reason).toBe('invalid-setup');
  });

  test('is told in its own words that its probe is wrong', () => {
    const server = new ServerEnd(option);
    server.feed(setup);
    expectRefusal(server.feed(badProbe), texts[1], end);
    expect(server.ending).toMatchObject({ reason: 'invalid-measurement', probesEchoed: 0 });
  });

  test('is told in its own words that its goodbye is wrong', () => {
    const server = new ServerEnd(option);
    server.feed(setup);
    expectRefusal(server.feed(badBye), texts[2], end);
    expect(server.ending?.reason).toBe('invalid-termination');
  });
});

describe('a peer of no family', () => {
  test.each(['GET / HTTP/1.1\r\n', '\n', 'x\n', 'm hello 1\n', 't\n', '\x16\x03\x01\x02\n'])(
    'gets the canonical refusal, so a person at the other end can read it: %j',
    (sent) => {
      const server = new ServerEnd('auto');
      expect(server.feed(sent)).toBe('404 ERROR: Invalid Connection Setup Message\n');
      expect(server.ending?.reason).toBe('invalid-setup');
    },
  );

  test('that speaks hello without sense is refused in hello words', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('hello there\n')).toBe('404 ERROR - Invalid Hello message\n');
  });

  test('that a size-first server meets with a probes-first setup is refused, not misread', () => {
    const server = new ServerEnd('size-first');
    expect(server.feed('s rtt 10 1000 0\n')).toBe('404 ERROR: Invalid Connection Setup Message\n');
  });
});
