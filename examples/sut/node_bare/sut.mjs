// Date rules of the My Number Card, with nothing but Date. Speaks JSON-RPC 2.0, one object a line.
// Dates are midnights in UTC, so that no time zone gets in the way.

import { createInterface } from 'node:readline';

const WORDS = ['residence', 'card_renewal', 'signature_renewal', 'authentication_renewal', 'correction'];

function parseDate(text) {
  const date = new Date(text);
  if (typeof text !== 'string' || isNaN(date)) throw invalid(`${text} is not a date`);
  return date;
}

function formatDate(date) {
  return date ? date.toISOString().slice(0, 10) : null;
}

function invalid(message) {
  return Object.assign(new Error(`Invalid params: ${message}`), { code: -32602 });
}

function parseLife(fields) {
  if (!fields || !fields.birth) throw invalid('life with a birth is required');
  const life = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) life[name] = WORDS.includes(name) ? value : parseDate(value);
  }
  return life;
}

function addDays(date, days) {
  const result = new Date(date);
  result.setUTCDate(result.getUTCDate() + days);
  return result;
}

function addMonths(date, months) {
  const result = new Date(date);
  result.setUTCMonth(result.getUTCMonth() + months);
  return result;
}

function addYears(date, years) {
  const result = new Date(date);
  result.setUTCFullYear(result.getUTCFullYear() + years);
  return result;
}

function earliest(dates) {
  const known = dates.filter(Boolean);
  return known.length ? new Date(Math.min(...known)) : undefined;
}

function ageOn(birth, date) {
  const age = date.getUTCFullYear() - birth.getUTCFullYear();
  return addYears(birth, age) > date ? age - 1 : age;
}

// The count-th birthday after the date.
function birthdayAfter(birth, date, count) {
  return addYears(birth, ageOn(birth, date) + count);
}

function cardExpires(life) {
  if (!life.card_issued) return undefined;
  if (life.residence === 'limited' || life.residence === 'landing') return life.stay_expires;
  if (life.residence === 'transitional') return addDays(life.nationality_lost || life.birth, 60);

  const requested = life.card_requested || life.card_issued;
  const adulthood = requested < new Date('2022-04-01') ? 20 : 18;
  let birthdays = ageOn(life.birth, life.card_issued) >= adulthood ? 10 : 5;
  if (life.card_renewal === 'window') birthdays += 1;
  return birthdayAfter(life.birth, life.card_issued, birthdays);
}

function certificateExpires(life, name, limits) {
  const issued = life[`${name}_issued`];
  if (!issued) return undefined;
  const birthdays = life[`${name}_renewal`] === 'window' ? 6 : 5;
  return earliest([birthdayAfter(life.birth, issued, birthdays), ...limits]);
}

function expiries(life) {
  const card = cardExpires(life);
  const authentication = certificateExpires(life, 'authentication', [card]);
  const signature = certificateExpires(life, 'signature', [card, authentication]);
  return { card, signature, authentication };
}

// The last day counts in full, so the three months run back from the midnight that ends it.
function renewableFrom(expires) {
  return expires && addMonths(addDays(expires, 1), -3);
}

// The first day that is too late, if it was not done in time.
function missed(start, days, done) {
  if (!start) return undefined;
  const deadline = addDays(start, days);
  return done && done <= deadline ? undefined : addDays(deadline, 1);
}

function endings(life) {
  const citizen = !life.residence || life.residence === 'citizen';
  const keptAbroad = citizen && life.left_japan >= new Date('2024-05-27')
    && life.card_presented_abroad <= life.left_japan;

  const both = [life.died, life.record_deleted];
  const card = [...both, life.card_returned, life.reissue_requested];
  const signature = [...both, life.left_japan, life.signature_revocation_requested];
  const authentication = [...both, life.authentication_revocation_requested];

  if (!keptAbroad) {
    card.push(life.left_japan);
    authentication.push(life.left_japan);
  }
  if (life.moveout_notified) {
    const planned = life.moveout_planned || life.moveout_notified;
    signature.push(planned > life.moveout_notified ? planned : life.moveout_notified);
    const tooLate = missed(life.moveout_planned, 30, life.movein_notified);
    card.push(tooLate, missed(life.moved_in, 14, life.movein_notified));
    authentication.push(tooLate);
  }
  if (life.movein_notified) {
    card.push(missed(life.movein_notified, 90, life.card_presented));
    if (!(life.card_presented <= life.moved_out_again)) card.push(life.moved_out_again);
  }
  if (life.correction !== 'minor') signature.push(life.record_corrected);
  return { card, signature, authentication };
}

// Where things stand on a day. An end that comes after the last day changes nothing any more.
function state(on, issued, expires, events, ended, recorded) {
  if (!issued || on < issued) return 'not_yet';
  let end = earliest(events.filter((date) => date >= issued));
  if (end && recorded > end) end = recorded;
  if (end && end <= on && !(expires < end)) return ended;
  return on > expires ? 'expired' : 'valid';
}

const methods = {
  describe() {
    return {
      protocol: 1,
      name: 'node-bare',
      version: '1.0',
      capabilities: ['validity', 'status'],
      edition: '2024-05-27',
      readings: {},
    };
  },

  validity(params) {
    const { card, signature, authentication } = expiries(parseLife(params.life));
    return {
      card_expires: formatDate(card),
      signature_expires: formatDate(signature),
      authentication_expires: formatDate(authentication),
      card_renewable_from: formatDate(renewableFrom(card)),
      signature_renewable_from: formatDate(renewableFrom(signature)),
      authentication_renewable_from: formatDate(renewableFrom(authentication)),
    };
  },

  status(params) {
    const life = parseLife(params.life);
    const on = parseDate(params.on);
    const expires = expiries(life);
    const ends = endings(life);
    const certificate = (name) =>
      state(on, life[`${name}_issued`], expires[name], ends[name], 'revoked', life.revocation_recorded);
    return {
      card: state(on, life.card_issued, expires.card, ends.card, 'lapsed'),
      signature: certificate('signature'),
      authentication: certificate('authentication'),
    };
  },
};

function answer(line) {
  let request;
  try {
    request = JSON.parse(line);
  } catch {
    return { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } };
  }
  const id = request?.id ?? null;
  if (!Object.hasOwn(methods, request?.method)) {
    return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
  }
  try {
    return { jsonrpc: '2.0', id, result: methods[request.method](request.params ?? {}) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: { code: error.code ?? -32603, message: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) process.stdout.write(JSON.stringify(answer(line)) + '\n');
}
