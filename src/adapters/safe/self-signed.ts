import { createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { dateOf } from '../../domain/text/instant.ts';

const commonName = '2.5.4.3';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

/** X.509 wants a positive number of at most 20 bytes. */
const serialNumber = (): Uint8Array => {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
};

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** A certificate of an EC key for itself. Its name says nothing to anybody: a client compares the key. */
export const selfSigned = (key: KeyObject, { from, until }: { from: number; until: number }): X509Certificate => {
  const name = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: 'aleph-agent safe' }) }),
    ]),
  ]);
  const signature = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bufferOf(serialNumber()),
    signature,
    issuer: name,
    subject: name,
    validity: new Validity({ notBefore: dateOf(from), notAfter: dateOf(until) }),
    subjectPublicKeyInfo: AsnConvert.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
  });
  const signatureValue = bufferOf(sign('sha256', new Uint8Array(AsnConvert.serialize(tbsCertificate)), key));
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue });
  return new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)));
};
