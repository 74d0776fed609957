// Date rules of the My Number Card, with luxon. Speaks JSON-RPC 2.0, one object a line.

import { createInterface } from 'node:readline';
import { DateTime } from 'luxon';

const ADULTHOOD_LOWERED = day('2022-04-01');
const CARD_KEPT_ABROAD_SINCE = day('2024-05-27');
const WEIGHTS = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const WORDS = ['residence', 'card_renewal', 'signature_renewal', 'authentication_renewal', 'correction'];

class RpcError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const invalid = (message) => new RpcError(-32602, `Invalid params: ${message}`);

function day(text) {
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) throw invalid(`${text} is not a date`);
  return date;
}

/** The life with its dates read; null and missing fields are both undefined. */
function readLife(life) {
  if (!life?.birth) throw invalid('life with a birth is required');
  const known = Object.entries(life).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([name, value]) => [name, WORDS.includes(name) ? value : day(value)]));
}

const earliest = (days) => DateTime.min(...days.filter(Boolean));

const ageOn = (birth, date) => Math.floor(date.diff(birth, 'years').years);

/** The count-th birthday after the date. */
const birthdayAfter = (birth, date, count) => birth.plus({ years: ageOn(birth, date) + count });

// Validity

function cardExpires(life) {
  const issued = life.card_issued;
  if (!issued) return undefined;
  switch (life.residence) {
    case 'limited':
    case 'landing':
      return life.stay_expires;
    case 'transitional':
      return (life.nationality_lost ?? life.birth).plus({ days: 60 });
  }
  const adulthood = (life.card_requested ?? issued) < ADULTHOOD_LOWERED ? 20 : 18;
  const birthdays = ageOn(life.birth, issued) < adulthood ? 5 : 10;
  return birthdayAfter(life.birth, issued, life.card_renewal === 'window' ? birthdays + 1 : birthdays);
}

function certificateExpires(life, issued, renewal, limits) {
  if (!issued) return undefined;
  return earliest([birthdayAfter(life.birth, issued, renewal === 'window' ? 6 : 5), ...limits]);
}

function expiries(life) {
  const card = cardExpires(life);
  const authentication = certificateExpires(
    life, life.authentication_issued, life.authentication_renewal, [card]);
  const signature = certificateExpires(
    life, life.signature_issued, life.signature_renewal, [card, authentication]);
  return { card, signature, authentication };
}

// What ends the card or a certificate early

/** The first day that is too late, if it was not done in time. */
function missed(start, days, done) {
  const deadline = start?.plus({ days });
  return !deadline || done <= deadline ? undefined : deadline.plus({ days: 1 });
}

const keptAbroad = (life) =>
  (life.residence ?? 'citizen') === 'citizen' &&
  life.left_japan >= CARD_KEPT_ABROAD_SINCE &&
  life.card_presented_abroad <= life.left_japan;

const moveinMissed = (life) =>
  life.moveout_notified && missed(life.moveout_planned, 30, life.movein_notified);

function endings(life) {
  const both = [life.died, life.record_deleted];
  const abroad = keptAbroad(life) ? undefined : life.left_japan;
  const movedOutBeforePresenting = life.movein_notified && !(life.card_presented <= life.moved_out_again);
  const card = [
    ...both, abroad, life.card_returned, life.reissue_requested,
    moveinMissed(life),
    life.moveout_notified && missed(life.moved_in, 14, life.movein_notified),
    missed(life.movein_notified, 90, life.card_presented),
    movedOutBeforePresenting && life.moved_out_again,
  ];
  const signature = [
    ...both, life.left_japan, life.signature_revocation_requested,
    life.correction !== 'minor' && life.record_corrected,
    life.moveout_notified && DateTime.max(life.moveout_notified, life.moveout_planned ?? life.moveout_notified),
  ];
  const authentication = [...both, abroad, life.authentication_revocation_requested, moveinMissed(life)];
  return { card, signature, authentication };
}

/** Where things stand on a day. An end that comes after the last day changes nothing any more. */
function state(on, issued, expires, events, ended, recorded) {
  if (!issued || on < issued) return 'not_yet';
  const event = earliest(events.filter((date) => date >= issued));
  const end = event && recorded > event ? recorded : event;
  if (end <= on && !(expires < end)) return ended;
  return on > expires ? 'expired' : 'valid';
}

const iso = (date) => date?.toISODate() ?? null;

const methods = {
  describe: () => ({
    protocol: 1,
    name: 'node-luxon',
    version: '1.0',
    capabilities: ['validity', 'status', 'number'],
    edition: '2024-05-27',
    readings: {},
  }),

  validity({ life }) {
    const result = {};
    for (const [name, expires] of Object.entries(expiries(readLife(life)))) {
      result[`${name}_expires`] = iso(expires);
      // the last day counts in full, so the three months run back from the midnight that ends it
      result[`${name}_renewable_from`] = iso(expires?.plus({ days: 1 }).minus({ months: 3 }));
    }
    return result;
  },

  status({ life: fields, on }) {
    const life = readLife(fields);
    const date = day(on);
    const last = expiries(life);
    const ends = endings(life);
    const recorded = life.revocation_recorded;
    return {
      card: state(date, life.card_issued, last.card, ends.card, 'lapsed'),
      signature: state(date, life.signature_issued, last.signature, ends.signature, 'revoked', recorded),
      authentication: state(
        date, life.authentication_issued, last.authentication, ends.authentication, 'revoked', recorded),
    };
  },

  number({ number, resident_record_code: code }) {
    if (typeof code === 'string') return { valid: /^[0-9]{11}$/.test(code) };
    if (typeof number !== 'string') throw invalid('number or resident_record_code is required');
    if (!/^[0-9]{12}$/.test(number)) return { valid: false };
    const rest = WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0) % 11;
    return { valid: Number(number[11]) === (rest <= 1 ? 0 : 11 - rest) };
  },
};

function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request?.id ?? null;
    if (!Object.hasOwn(methods, request?.method)) throw new RpcError(-32601, 'Method not found');
    return { jsonrpc: '2.0', id, result: methods[request.method](request.params ?? {}) };
  } catch (error) {
    const code = error instanceof SyntaxError ? -32700 : error.code ?? -32603;
    return { jsonrpc: '2.0', id, error: { code, message: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) process.stdout.write(`${JSON.stringify(answer(line))}\n`);
}
