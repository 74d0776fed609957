// PKI.js as a verifier: its SignedData for messages, its chain engine for paths, lists and status answers.
// One JSON object a line, JSON-RPC 2.0. A bare signature is verified with Web Crypto.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));

const POLICY = { signature: '1.2.392.200149.8.5.1.1.20', authentication: '1.2.392.200149.8.5.1.3.30' };
const about = JSON.parse(readFileSync(new URL('node_modules/pkijs/package.json', import.meta.url)));

class Rejected extends Error {
  constructor(reason, detail) {
    super(detail);
    this.reason = reason;
  }
}

const octets = (hex) => new Uint8Array(Buffer.from(hex, 'hex')).buffer;

function parsed(type, hex) {
  const { offset, result } = asn1js.fromBER(octets(hex));
  if (offset === -1 || offset !== hex.length / 2) throw new Rejected('malformed', result.error || 'octets left over');
  return new type({ schema: result });
}

function readable(type, list) {
  return list.flatMap((hex) => {
    try {
      return [parsed(type, hex)];
    } catch {
      return []; // what cannot be read says nothing
    }
  });
}

function answersIn(list) {
  return readable(pkijs.OCSPResponse, list).flatMap((response) => {
    if (!response.responseBytes) return [];
    return readable(pkijs.BasicOCSPResponse, [Buffer.from(response.responseBytes.response.valueBlock.valueHexView).toString('hex')]);
  });
}

async function checkPath(certificate, others, asked) {
  const crls = readable(pkijs.CertificateRevocationList, asked.revocation_lists);
  const ocsps = answersIn(asked.status_answers);
  if (crls.length + ocsps.length === 0) throw new Rejected('status', 'neither a list nor an answer that can be read');
  const engine = new pkijs.CertificateChainValidationEngine({
    trustedCerts: asked.anchors.map((hex) => parsed(pkijs.Certificate, hex)),
    certs: [...others.filter((each) => each !== certificate), certificate],
    crls,
    ocsps,
    checkDate: new Date(asked.at),
  });
  const outcome = await engine.verify({
    initialExplicitPolicy: true,
    userPolicies: [POLICY[asked.task]],
    initialPolicySet: [POLICY[asked.task]],
  });
  if (!outcome.result) throw new Rejected(reasonIn(outcome.resultMessage), outcome.resultMessage);
}

function reasonIn(text) {
  if (/either not yet valid or expired/i.test(text)) return undefined; // it does not say which
  if (/revoked/i.test(text)) return 'revoked';
  if (/revocation|status|OCSP|CRL/i.test(text)) return 'status';
  if (/critical/i.test(text)) return 'extension';
  if (/policy|policies/i.test(text)) return 'purpose';
  if (/CA flag|pathLen|key usage|self-signed/i.test(text)) return 'path';
  return 'issuer';
}

function checkUsage(certificate, asked) {
  const usage = certificate.extensions?.find((each) => each.extnID === '2.5.29.15')?.parsedValue;
  const bits = usage?.valueBlock.valueHexView[0] ?? 0;
  if (!(bits & (asked.task === 'signature' ? 0x40 : 0x80))) throw new Rejected('purpose', 'key usage');
  const extended = certificate.extensions?.find((each) => each.extnID === '2.5.29.37')?.parsedValue;
  if (asked.task === 'authentication' && extended && !extended.keyPurposes.includes('1.3.6.1.5.5.7.3.2')) {
    throw new Rejected('purpose', 'extended key usage');
  }
}

async function verifyRsa(certificate, signature, content) {
  const key = await certificate.getPublicKey({
    algorithm: { algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } }, usages: ['verify'] },
  });
  return webcrypto.subtle.verify('RSASSA-PKCS1-v1_5', key, signature, content);
}

async function verifyElliptic(certificate, signature, content) {
  const key = await certificate.getPublicKey(); // Web Crypto takes r and s side by side
  const { offset, result } = asn1js.fromBER(signature);
  if (offset === -1) throw new Rejected('content', 'a signature that is not DER');
  const plain = pkijs.createECDSASignatureFromCMS(result, 48);
  return webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-384' }, key, plain, content);
}

async function judge(asked) {
  if (asked.task === 'authentication') {
    const certificate = parsed(pkijs.Certificate, asked.certificate);
    await checkPath(certificate, [], asked);
    checkUsage(certificate, asked);
    const content = octets(asked.signed_content);
    const elliptic = certificate.subjectPublicKeyInfo.algorithm.algorithmId === '1.2.840.10045.2.1';
    if (!(await (elliptic ? verifyElliptic : verifyRsa)(certificate, octets(asked.signature), content))) {
      throw new Rejected('content', 'the signature does not verify');
    }
    return;
  }
  const message = parsed(pkijs.ContentInfo, asked.signed_data);
  const signed = new pkijs.SignedData({ schema: message.content });
  const certificates = (signed.certificates ?? []).filter((each) => each instanceof pkijs.Certificate);
  const { issuer, serialNumber } = signed.signerInfos[0]?.sid ?? {};
  const signer = certificates.find((each) => issuer && each.issuer.isEqual(issuer) && each.serialNumber.isEqual(serialNumber));
  if (!signer) throw new Rejected('malformed', 'no signer, or no certificate of the signer');
  await checkPath(signer, certificates, asked);
  checkUsage(signer, asked);
  const valid = await signed.verify({ signer: 0, data: octets(asked.signed_content), checkChain: false });
  if (!valid) throw new Rejected('content', 'the signature does not verify');
}

async function decided(asked) {
  try {
    await judge(asked);
    return { accepted: true };
  } catch (error) {
    // PKI.js throws errors of many classes for what it cannot read or verify.
    if (error instanceof Rejected && !error.reason) return { accepted: false, detail: error.message };
    const reason = error.reason ?? (/verif|digest|signature/i.test(error.message) ? 'content' : 'malformed');
    return { accepted: false, reason, detail: String(error.message).slice(0, 300) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const { id, method, params } = JSON.parse(line);
  const result = method === 'describe'
    ? { protocol: 1, name: about.name, version: about.version, capabilities: ['verifier'] }
    : await decided(params);
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}
