/** Two connections of a load, as core's client opens them and core's server answers, with what both may say then. */
import { DEFAULT_SESSION_LIMITS } from '../../src/core/limits.ts';
import { LoadGreeting } from '../../src/core/load/load-greeting.ts';
import {
  encodeDataHead,
  encodeMessage,
  LOAD_SPEAKER,
  type LoadAnswer,
  type LoadMessage,
  type LoadQuestion,
} from '../../src/core/load/load-messages.ts';
import { LoadReader } from '../../src/core/load/load-reader.ts';
import { type LoadRole, LoadRules } from '../../src/core/load/load-rules.ts';
import { ServerSession } from '../../src/core/server/server-session.ts';
import { asciiBytes, asciiText } from '../../src/core/wire/grammar.ts';
import { visibleWire } from './markdown.ts';

const KEY = '8f3a1c5e7b9d2046a8c0e2f4061829c1';
const COLUMN = 66;

export function exampleLoad(): string {
  const owner = new Talk('owner', { kind: 'new', durationMs: 20_000, bitsPerSecond: 0, streams: 8 }, 20_000);
  owner.open('a load of 20 s at any rate, over 8 streams', 'as granted: the server keeps to 1 Gbit/s');
  owner.say({ kind: 'marker', marker: 17 }, 'a probe beside the data');
  owner.say(
    { kind: 'answer', marker: 17, residenceNs: 31_000 },
    'kept for 31 us by the clock of the program',
  );
  owner.say({ kind: 'marker', marker: 18 }, 'the next one');
  owner.say(
    { kind: 'kernel-answer', marker: 17, residenceNs: 28_100, waitNs: 4_000 },
    'the one before: 28.1 us by the stamps of the kernel',
  );
  owner.say({ kind: 'answer', marker: 18, residenceNs: 29_000 }, 'in one packet with it');
  const stream = new Talk('stream', { kind: 'join', key: KEY }, 19_990);
  stream.open('a connection more of this load', 'what is left of it');
  stream.say({ kind: 'begin', bitsPerSecond: 0 }, 'send, as fast as can be');
  stream.carry('server', '~~~~~~~~', 'eight bytes of data');
  stream.carry('client', '~~~~', 'four bytes the other way');
  stream.say({ kind: 'marker', marker: 1 }, 'a probe behind them');
  stream.say({ kind: 'answer', marker: 1, residenceNs: 9_000 }, 'its answer, behind the data of the server');
  stream.say({ kind: 'end', sentBytes: 4 }, 'no more data, in either direction');
  stream.say(
    { kind: 'report', receivedBytes: 4, clockNs: 1_200_000_000, cpuMillionths: 430_000 },
    'all has come; 43 % of a processor',
  );
  stream.say({ kind: 'end', sentBytes: 8 }, 'and so much was sent');
  owner.say({ kind: 'end', sentBytes: 0 }, 'the client is done');
  owner.say({ kind: 'end', sentBytes: 0 }, '');
  for (const talk of [owner, stream]) talk.say({ kind: 'over', reason: 'done' }, 'then FIN');
  return `The owner:\n\n${owner.text()}\nA stream:\n\n${stream.text()}`;
}

class Talk {
  private lines = '';
  private readonly greeting: LoadGreeting;
  private readonly server: ServerSession;
  private readonly rules: LoadRules;
  private readonly reader = new LoadReader();

  constructor(role: LoadRole, question: LoadQuestion, durationMs: number) {
    const budget = { reserve: () => true, release: () => {} };
    const granted: LoadAnswer = {
      kind: 'granted',
      key: KEY,
      durationMs,
      bitsPerSecond: 1_000_000_000,
      streams: 8,
    };
    const desk = { answer: () => granted };
    const options = {
      dialect: 'auto',
      delayUnit: undefined,
      limits: DEFAULT_SESSION_LIMITS,
      budget,
      desk,
    } as const;
    this.server = new ServerSession(options, 0n);
    this.greeting = new LoadGreeting(question);
    this.rules = new LoadRules(role);
  }

  open(asked: string, granted: string): void {
    const setup = this.greeting.begin();
    this.write('client', asciiText(setup), 'the setup asks for the extension');
    const question = this.greeting.handleBytes(this.answerTo(setup, 'it is agreed'));
    if (question === undefined) throw this.greeting.failure ?? new Error('the client asks nothing');
    this.write('client', asciiText(question), asked);
    this.greeting.handleBytes(this.answerTo(question, granted));
    if (this.greeting.answer === undefined) throw this.greeting.failure ?? new Error('nothing is granted');
  }

  /** A message of whoever may say it. An end is the client's first. */
  say(message: LoadMessage, remark: string): void {
    const speaker = LOAD_SPEAKER[message.kind];
    const isServers = speaker === 'server' || (speaker === 'both' && this.rules.isEnded);
    this.write(isServers ? 'server' : 'client', this.checked(isServers, encodeMessage(message)), remark);
  }

  carry(sender: 'client' | 'server', payload: string, remark: string): void {
    const frame = asciiText(encodeDataHead(payload.length)) + payload;
    this.write(sender, this.checked(sender === 'server', asciiBytes(frame)), remark);
  }

  text(): string {
    return `\`\`\`text\n${this.lines}\`\`\`\n`;
  }

  private answerTo(bytes: Uint8Array, remark: string): Uint8Array {
    this.server.handleBytes(bytes, 0n);
    const answer = this.server.pollTransmit();
    if (answer === undefined) throw new Error('the server has no answer');
    this.write('server', asciiText(answer), remark);
    return answer;
  }

  /** @throws Error for what a client may not say */
  private checked(isServers: boolean, bytes: Uint8Array): string {
    this.reader.push(bytes);
    for (let heard = this.reader.next(); heard !== undefined; heard = this.reader.next()) {
      if (!isServers && !this.rules.admits(heard, 0n)) throw new Error(this.rules.breach);
    }
    return asciiText(bytes);
  }

  private write(sender: 'client' | 'server', text: string, remark: string): void {
    const line = `${sender === 'client' ? 'C' : 'S'}: ${visibleWire(text).padEnd(COLUMN)}  ${remark}`;
    this.lines += `${line.trimEnd()}\n`;
  }
}
