/** Servers that are wrong on purpose, each in one way, and what the user of `echolot measure` has to see of it. */
import { after, type Hostile, sayEndlessly, saySlowly, speaking } from './peer.ts';

/** So many probes are echoed before it goes wrong. */
const GOOD = 3;
const GIB = 1024 ** 3;
/** Beyond the time-out of the tests. */
const LATE_MS = 1_500;
const READY = '200 OK: Ready\n';
const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\u001b]52;c;cm0gLXJm\u0007\u202egnp.exe\u2066\u0085';

const wrongEchoes: readonly Hostile[] = [
  {
    name: 'resets in the middle of an echo',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => {
        socket.write(probe.subarray(0, 5), () => socket.resetAndDestroy());
      }),
    }),
    says: /^echolot: network: .*reset/,
    samples: GOOD,
  },
  {
    name: 'closes in the middle of an echo',
    manners: speaking({ echo: after(GOOD, (socket, probe) => void socket.end(probe.subarray(0, 5))) }),
    says: /^echolot: peer: .*closed the connection.*probe 4/,
    samples: GOOD,
  },
  {
    name: 'answers an echo with a gibibyte',
    manners: speaking({ echo: after(GOOD, (socket) => sayEndlessly(socket, 'x', GIB)) }),
    says: /^echolot: peer: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'goes on for a gibibyte behind an echo',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => {
        socket.write(Buffer.concat([probe, Buffer.alloc(1_000, 'x')]));
        sayEndlessly(socket, 'x', GIB);
      }),
    }),
    says: /^echolot: peer: /,
    samples: GOOD,
  },
  {
    name: 'echoes another probe',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write('m abcdefghij 3\n')) }),
    says: /^echolot: peer: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'echoes twice',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => void socket.write(Buffer.concat([probe, probe]))),
    }),
    says: /^echolot: peer: /,
    samples: GOOD,
  },
  {
    name: 'echoes the next probe, too, before it has been sent',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => void socket.write(`${probe.toString()}m abcdefghij 5\n`)),
    }),
    says: /^echolot: peer: /,
    samples: GOOD,
  },
  {
    name: 'echoes after the time-out',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => void setTimeout(() => socket.write(probe), LATE_MS)),
    }),
    says: /^echolot: timeout: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'echoes a byte less',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write('m abcdefghi 4\n')) }),
    // It may be on its way still.
    says: /^echolot: timeout: .*probe 4.*"m abcdefghi 4/,
    samples: GOOD,
  },
  {
    name: 'echoes a byte more',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write('m abcdefghijk 4\n')) }),
    says: /^echolot: peer: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'echoes as many bytes, but others',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write('m abcdefghiX 4\n')) }),
    says: /^echolot: peer: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'numbers the echo anew',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write('m abcdefghij 5\n')) }),
    says: /^echolot: peer: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'echoes NUL bytes',
    manners: speaking({
      echo: after(GOOD, (socket, probe) => void socket.write(Buffer.alloc(probe.length))),
    }),
    says: /^echolot: peer: .*probe 4.*\\x00/,
    samples: GOOD,
  },
  {
    name: 'echoes sequences that command a terminal',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.write(`${ESCAPES}\n`)) }),
    says: /^echolot: peer: .*probe 4.*\\x1b/,
    samples: GOOD,
  },
  {
    name: 'echoes no UTF-8',
    manners: speaking({
      echo: after(
        GOOD,
        (socket) => void socket.write(Buffer.from('fffec0af80f5eda08020746f206f6e0a', 'hex')),
      ),
    }),
    says: /^echolot: peer: .*probe 4.*\\xff/,
    samples: GOOD,
  },
  {
    name: 'echoes a byte a second',
    manners: speaking({ echo: after(GOOD, (socket, probe) => saySlowly(socket, probe, 1_000)) }),
    says: /^echolot: timeout: .*probe 4/,
    samples: GOOD,
  },
  {
    name: 'refuses a probe',
    manners: speaking({
      echo: after(GOOD, (socket) => void socket.end('404 ERROR: Invalid Measurement Message\n')),
    }),
    says: /^echolot: peer: .*probe 4.*404/,
    samples: GOOD,
  },
  {
    name: 'stops reading for ever',
    manners: speaking({ echo: after(GOOD, (socket) => void socket.pause()) }),
    says: /^echolot: timeout: .*probe 4/,
    samples: GOOD,
  },
];

/** What a client hears in the place of an answer to its setup. */
function saysOnly(...texts: readonly (string | Buffer)[]): Hostile['manners'] {
  return (socket) => {
    socket.resume();
    socket.once('data', () => {
      for (const text of texts) socket.write(text);
    });
  };
}

/** Nothing comes of a session with these, whatever it is for. */
export const WRONG_FROM_THE_START: readonly Hostile[] = [
  {
    name: 'accepts and says nothing',
    manners: (socket) => void socket.resume(),
    says: /^echolot: timeout: .*\n.*no answer within 1000 ms/,
  },
  { name: 'closes at once', manners: (socket) => void socket.end(), says: /^echolot: peer: .*\n.*closed/ },
  {
    name: 'resets at once',
    manners: (socket) => void socket.resetAndDestroy(),
    says: /^echolot: (?:peer|network): (?:.|\n)*(reset|closed)/,
  },
  {
    name: 'resets at the first message',
    manners: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    says: /^echolot: peer: .*\n.*(reset|closed)/,
  },
  {
    name: 'says its status line in pieces that are late',
    manners: (socket) => void socket.once('data', () => saySlowly(socket, READY, 400)),
    says: /^echolot: timeout: .*\n.*no whole answer within 1000 ms/,
  },
  {
    name: 'sends a byte a second for ever',
    manners: (socket) => {
      socket.resume();
      saySlowly(socket, 'x'.repeat(1_000), 1_000);
    },
    says: /^echolot: timeout: .*\n.*no (whole )?answer within/,
  },
  {
    name: 'never ends its status line',
    manners: (socket) => {
      socket.once('data', () => {
        socket.write('200 OK: Ready ');
        sayEndlessly(socket, 'x');
      });
    },
    says: /^echolot: peer: /,
  },
  {
    name: 'sends endless bytes without LF',
    manners: (socket) => {
      socket.resume();
      sayEndlessly(socket, 'x');
    },
    says: /^echolot: peer: /,
  },
  {
    name: 'sends endless empty lines',
    manners: (socket) => {
      socket.resume();
      sayEndlessly(socket, '\n');
    },
    says: /^echolot: peer: /,
  },
  {
    name: 'sends endless greetings that agree',
    manners: (socket) => {
      socket.resume();
      sayEndlessly(socket, READY);
    },
    says: /^echolot: peer: /,
  },
  {
    name: 'commands a terminal in its status line',
    manners: saysOnly(`404 ERROR: ${ESCAPES}\n`),
    says: /^echolot: peer: .*\n.*\\x1b/,
  },
  {
    name: 'has no UTF-8 in its status line',
    manners: saysOnly(Buffer.from('404 \xff\xfe\xc0\xaf\x80\n', 'latin1')),
    says: /^echolot: peer: .*\n.*\\xff/,
  },
  {
    name: 'has NUL bytes in its status line',
    manners: saysOnly('404\0ERROR\0\0\n'),
    says: /^echolot: peer: .*\n.*\\x00/,
  },
  {
    name: 'says 404 for ever',
    manners: (socket) => {
      socket.resume();
      sayEndlessly(socket, '404 ERROR: Invalid Connection Setup Message\n');
    },
    // Nobody can tell it from one that has no place left.
    says: /^echolot: (peer|limit): .*404/,
  },
  {
    name: 'agrees and refuses in one line',
    manners: saysOnly('200 OK: 404 ERROR: Ready\n'),
    says: /^echolot: timeout: .*probe 1/,
  },
  {
    name: 'agrees, then refuses in the next line',
    manners: saysOnly('200 OK: Ready\n404 ERROR: Invalid Measurement Message\n'),
    says: /^echolot: peer: .*\n.*404/,
  },
  {
    name: 'is a web server',
    manners: saysOnly('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    says: /^echolot: peer: this is a web server/,
  },
  {
    name: 'is an SSH server',
    manners: (socket) => void socket.resume().write('SSH-2.0-OpenSSH_9.9\r\n'),
    says: /^echolot: peer: this is an SSH server/,
  },
  {
    name: 'is a TLS server',
    manners: saysOnly(Buffer.from('15030100020246', 'hex')),
    says: /^echolot: peer: .*TLS/,
  },
  {
    name: 'is a mail server',
    manners: (socket) => {
      socket.write('220 mail.example ESMTP\r\n');
      socket.on('data', () => socket.write('500 5.5.1 unrecognised\r\n'));
    },
    says: /^echolot: peer: this is a mail or FTP server/,
  },
];

export const HOSTILE_SERVERS: readonly Hostile[] = [...WRONG_FROM_THE_START, ...wrongEchoes];
/** Wrong where nothing is left to be measured: the run is whole, and nothing is believed of what they add. */
export const HARMLESS_SERVERS: readonly Pick<Hostile, 'name' | 'manners'>[] = [
  {
    name: 'agrees to extensions that were not asked for',
    manners: speaking({ ready: '200 OK: Ready +load +pipeline +x\n' }),
  },
  {
    name: 'goes on for ever behind its last words',
    manners: speaking({ leave: (socket) => sayEndlessly(socket, 'x') }),
  },
  { name: 'says no last words', manners: speaking({ leave: () => {} }) },
  {
    name: 'resets in the place of its last words',
    manners: speaking({ leave: (socket) => void socket.resetAndDestroy() }),
  },
  {
    name: 'commands a terminal in its answers',
    manners: speaking({
      ready: `200 OK: Ready ${ESCAPES}\n`,
      leave: (socket) => void socket.end(`200 ${ESCAPES}\n`),
    }),
  },
];
