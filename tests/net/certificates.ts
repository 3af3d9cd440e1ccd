/** Certificates for tests, made on the spot and with what Node.js has alone: DER by hand (X.690, RFC 5280). */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestIdentity {
  readonly certificate: string;
  readonly key: string;
}

export interface TestCa {
  readonly name: string;
  readonly key: KeyObject;
  readonly certificate: string;
}

interface Wanted {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly fromMs?: number;
  readonly toMs?: number;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
const COMMON_NAME = [0x55, 0x04, 0x03];
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
let serial = 1;

export function makeCa(name: string): TestCa {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isCa = [sequence(oid(BASIC_CONSTRAINTS), der(0x01, [0xff]), der(0x04, sequence(der(0x01, [0xff]))))];
  const certificate = signed(name, privateKey, name, publicKey, isCa, {});
  return { name, key: privateKey, certificate };
}

/** @param ca signs it; without one it signs itself */
export function makeIdentity(ca: TestCa | undefined, wanted: Wanted = {}): TestIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { names = ['localhost'], addresses = ['127.0.0.1'] } = wanted;
  const alternatives = sequence(
    ...names.map((name) => der(0x82, Buffer.from(name))),
    ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  );
  const extensions = [sequence(oid(ALTERNATIVE_NAMES), der(0x04, alternatives))];
  const subject = 'a server of a test';
  return {
    certificate: signed(ca?.name ?? subject, ca?.key ?? privateKey, subject, publicKey, extensions, wanted),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function signed(
  issuer: string,
  issuerKey: KeyObject,
  subject: string,
  publicKey: KeyObject,
  extensions: readonly Buffer[],
  { fromMs = Date.now() - DAY_MS, toMs = Date.now() + DAY_MS }: Wanted,
): string {
  const version = der(0xa0, der(0x02, [2]));
  const body = sequence(
    version,
    der(0x02, [serial++]),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(fromMs), time(toMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const whole = sequence(body, ECDSA_SHA256, der(0x03, [0, ...signature]));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(text: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(text)))));
}

/** UTCTime: YYMMDDhhmmssZ. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, bytes);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer | readonly number[]): Buffer {
  const bytes = Buffer.from(content);
  const { length } = bytes;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), bytes]);
}
