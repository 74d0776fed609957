// A municipality's register with its cards and certificates, after the ministry's slides of 2017.
import { readFileSync } from "node:fs";
import { Database } from "./database.mjs";
import { age, daysLater, nthBirthday } from "./days.mjs";

const ADULT = 20;
const TRIES = { signature: 5, authentication: 3 };

export class Refused extends Error {}

export class Registry {
  #database = new Database();
  #ready = this.#create();

  async #create() {
    const statements = readFileSync(new URL("schema.sql", import.meta.url), "utf8");
    for (const statement of statements.split(";").filter((text) => text.trim())) await this.#database.all(statement);
  }

  close() {
    this.#database.close();
  }

  async begin(session, start, residents) {
    await this.#ready;
    await this.end(session);
    await this.#database.all("INSERT INTO clock VALUES (?, ?)", session, start);
    for (const resident of residents) await this.#enter(session, resident);
  }

  async end(session) {
    await this.#ready;
    for (const table of ["resident", "card", "certificate", "clock"]) {
      await this.#database.all(`DELETE FROM ${table} WHERE session = ?`, session);
    }
  }

  async #enter(session, { person, birth, card_made: made, authentication_issued, signature_issued }) {
    await this.#database.all("INSERT INTO resident (session, person, birth) VALUES (?, ?, ?)", session, person, birth);
    if (!made) return;
    await this.#database.all(
      "INSERT INTO card (session, person, applied, checked, made, expires, delivered) VALUES (?, ?, ?, 1, ?, ?, ?)",
      session, person, made, made, cardEnd(birth, made), made,
    );
    const resident = { session, person, birth };
    if (authentication_issued) await this.#issue(resident, "authentication", authentication_issued);
    if (signature_issued) await this.#issue(resident, "signature", signature_issued);
  }

  /** Whether an event was accepted, and the states after it. */
  async happens(session, event) {
    await this.#ready;
    const clock = await this.#database.one("SELECT today FROM clock WHERE session = ?", session);
    if (!clock) throw new RangeError(`no session ${session}`);
    const { person = "A", on, kind } = event;
    let accepted = true;
    let clause;
    if (on < clock.today) {
      accepted = false;
    } else {
      await this.#database.all("UPDATE clock SET today = ? WHERE session = ?", on, session);
      await this.#fallDue(session, on);
      try {
        await this.#act(session, person, kind, event);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        [accepted, clause] = [false, error.message];
      }
    }
    const today = on < clock.today ? clock.today : on;
    return { accepted, ...(clause ? { clause } : {}), ...(await this.#states(session, person, today)) };
  }

  async #act(session, person, kind, event) {
    if (kind === "day" || kind === "network_held") return;
    if (kind === "born") {
      if (await this.#resident(session, person)) throw new Refused("already registered");
      await this.#enter(session, { person, birth: event.birth });
      return;
    }
    const resident = await this.#resident(session, person);
    if (!resident) throw new Refused("nobody of that name");
    if (resident.died) throw new Refused("the person has died");
    await this[kind]?.(resident, event);
  }

  #resident(session, person) {
    return this.#database.one("SELECT * FROM resident WHERE session = ? AND person = ?", session, person);
  }

  #update(resident, column, value) {
    return this.#database.all(
      `UPDATE resident SET ${column} = ? WHERE session = ? AND person = ?`, value, resident.session, resident.person,
    );
  }

  /** p.1: 30 days after the planned day, 14 days after moving in; 90 days without presenting the card. */
  async #fallDue(session, today) {
    const residents = await this.#database.all("SELECT * FROM resident WHERE session = ? AND moveout_planned IS NOT NULL", session);
    for (const resident of residents) {
      const { moveout_planned: planned, moved_in: moved, movein_notified: notified, card_presented: presented } = resident;
      if (resident.registered && !notified && today >= planned) {
        await this.#update(resident, "registered", 0);
        await this.#revoke(resident, "signature", planned);
      }
      const ends = [daysLater(planned, 31), ...(moved ? [daysLater(moved, 15)] : [])].sort();
      if (!notified && today >= ends[0]) await this.#lapse(resident, ends[0]);
      if (notified && !presented && today >= daysLater(notified, 91)) await this.#lapse(resident, daysLater(notified, 91));
    }
  }

  #lapse({ session, person }, day) {
    return this.#database.all(
      "UPDATE card SET lapsed = ? WHERE session = ? AND person = ? AND made IS NOT NULL AND lapsed IS NULL AND expires >= ?",
      day, session, person, day,
    );
  }

  #revoke({ session, person }, kind, day) {
    return this.#database.all(
      "UPDATE certificate SET revoked = ? WHERE session = ? AND person = ? AND kind = ? AND revoked IS NULL AND expires >= ?",
      day, session, person, kind, day,
    );
  }

  async #recordDeleted(resident, day) {
    await this.#update(resident, "registered", 0);
    await this.#revoke(resident, "signature", day);
    await this.#revoke(resident, "authentication", day);
  }

  #card({ session, person }) {
    return this.#database.one("SELECT * FROM card WHERE session = ? AND person = ? ORDER BY id DESC LIMIT 1", session, person);
  }

  async #validCard(resident, on) {
    const card = await this.#card(resident);
    if (!card?.made || card.lapsed || card.expires < on) throw new Refused("no valid card");
    return card;
  }

  // ---- moves

  async moveout_notified(resident, { planned, on }) {
    if (!resident.registered) throw new Refused("not registered here");
    if (resident.moveout_planned && !resident.movein_notified) throw new Refused("a notice is on file");
    const early = resident.movein_notified ? null : resident.moved_in;
    for (const [column, value] of [["moveout_planned", planned], ["moved_in", early], ["movein_notified", null], ["card_presented", null]]) {
      await this.#update(resident, column, value);
    }
    await this.#fallDue(resident.session, on);
  }

  async moved_in(resident, { on }) {
    await this.#update(resident, "moved_in", on);
  }

  async movein_notified(resident, { on, with_card: withCard }) {
    if (!resident.moveout_planned || resident.movein_notified) throw new Refused("no notice of moving out");
    if (!resident.moved_in) throw new Refused("not moved in yet");
    await this.#update(resident, "movein_notified", on);
    await this.#update(resident, "registered", 1);
    await this.#revoke(resident, "signature", on);
    if (withCard) await this.#update(resident, "card_presented", on);
  }

  async card_presented(resident, { on }) {
    if (!resident.registered) throw new Refused("not registered");
    await this.#validCard(resident, on);
    await this.#update(resident, "card_presented", on);
  }

  async moved_out(resident, { on }) {
    if (resident.movein_notified && !resident.card_presented) await this.#lapse(resident, on);
  }

  async moving_abroad_notified(resident) {
    if (!resident.registered) throw new Refused("not registered");
  }

  async left_japan(resident, { on }) {
    await this.#lapse(resident, on);
    await this.#recordDeleted(resident, on);
  }

  async died(resident, { on }) {
    await this.#update(resident, "died", on);
    await this.#lapse(resident, on);
    await this.#recordDeleted(resident, on);
  }

  async record_deleted(resident, { on }) {
    if (!resident.registered) throw new Refused("no record");
    await this.#recordDeleted(resident, on);
  }

  async record_corrected(resident, { on, entry }) {
    if (!resident.registered) throw new Refused("no record");
    if (entry !== "minor") await this.#revoke(resident, "signature", on);
  }

  // ---- cards

  async card_requested(resident, { on }) {
    if (!resident.registered) throw new Refused("not registered");
    const card = await this.#card(resident);
    if (card?.made && !card.lapsed && card.expires >= on) throw new Refused("a card is valid");
    await this.#database.all("INSERT INTO card (session, person, applied) VALUES (?, ?, ?)", resident.session, resident.person, on);
  }

  async identity_checked(resident) {
    const card = await this.#card(resident);
    if (!card || card.delivered) throw new Refused("no application");
    await this.#database.all("UPDATE card SET checked = 1 WHERE id = ?", card.id);
  }

  async card_made(resident, { on }) {
    const card = await this.#card(resident);
    if (!card || card.made) throw new Refused("no application");
    await this.#database.all("UPDATE card SET made = ?, expires = ? WHERE id = ?", on, cardEnd(resident.birth, on), card.id);
  }

  async card_delivered(resident, { on }) {
    const card = await this.#card(resident);
    if (!card?.made || card.delivered) throw new Refused("no card waits");
    if (!card.checked) throw new Refused("identity not checked");
    if (card.lapsed || card.expires < on) throw new Refused("the card has ended");
    await this.#database.all("UPDATE card SET delivered = ? WHERE id = ?", on, card.id);
  }

  async loss_reported(resident, { on }) {
    const card = await this.#validCard(resident, on);
    await this.#database.all("UPDATE card SET suspended = 1 WHERE id = ?", card.id);
  }

  async card_found(resident, { on }) {
    const card = await this.#validCard(resident, on);
    if (!card.suspended) throw new Refused("not reported lost");
    await this.#database.all("UPDATE card SET suspended = 0 WHERE id = ?", card.id);
  }

  async reissue_requested(resident, { on }) {
    const card = await this.#validCard(resident, on);
    await this.#lapse(resident, on);
    await this.#database.all("INSERT INTO card (session, person, applied) VALUES (?, ?, ?)", card.session, card.person, on);
  }

  async card_returned(resident, { on }) {
    await this.#validCard(resident, on);
    await this.#lapse(resident, on);
  }

  // ---- certificates

  async #issue({ session, person, birth }, kind, on) {
    const card = await this.#validCard({ session, person }, on);
    if (card.suspended) throw new Refused("the card is suspended");
    await this.#database.all(
      "INSERT INTO certificate (session, person, kind, card, issued, expires) VALUES (?, ?, ?, ?, ?, ?)",
      session, person, kind, card.id, on, nthBirthday(birth, on, 5),
    );
  }

  async #apply(resident, kind, on) {
    if (!resident.registered) throw new Refused("not registered");
    const held = await this.#certificate(resident, kind);
    if (held && !held.revoked && held.expires >= on) throw new Refused("one is valid");
    await this.#issue(resident, kind, on);
  }

  signature_issued(resident, { on }) {
    return this.#apply(resident, "signature", on);
  }

  authentication_issued(resident, { on }) {
    return this.#apply(resident, "authentication", on);
  }

  #certificate({ session, person }, kind) {
    return this.#database.one(
      "SELECT * FROM certificate WHERE session = ? AND person = ? AND kind = ? ORDER BY id DESC LIMIT 1", session, person, kind,
    );
  }

  async #end(resident, kind, on) {
    const held = await this.#certificate(resident, kind);
    if (!held || held.revoked || held.expires < on) throw new Refused("no valid certificate");
    await this.#revoke(resident, kind, on);
  }

  signature_revocation_requested(resident, { on }) {
    return this.#end(resident, "signature", on);
  }

  authentication_revocation_requested(resident, { on }) {
    return this.#end(resident, "authentication", on);
  }

  key_compromised(resident, { on, item }) {
    return this.#end(resident, item, on);
  }

  async pin_failed(resident, { on, item }) {
    const card = await this.#validCard(resident, on);
    if (card[`${item}_wrong`] >= TRIES[item]) throw new Refused("locked");
    await this.#database.all(`UPDATE card SET ${item}_wrong = ${item}_wrong + 1 WHERE id = ?`, card.id);
  }

  async pin_reset(resident, { on, item }) {
    const card = await this.#validCard(resident, on);
    if (!resident.registered) throw new Refused("not registered");
    await this.#database.all(`UPDATE card SET ${item}_wrong = 0 WHERE id = ?`, card.id);
  }

  async #states(session, person, today) {
    const resident = await this.#resident(session, person);
    if (!resident) return {};
    const cards = await this.#database.all(
      "SELECT * FROM card WHERE session = ? AND person = ? AND made IS NOT NULL ORDER BY id DESC LIMIT 1", session, person,
    );
    const card = cards[0];
    const states = { card: stateOf(card?.made, card?.expires, card?.lapsed, "lapsed", today, card?.suspended) };
    for (const kind of ["signature", "authentication"]) {
      const held = await this.#certificate(resident, kind);
      states[kind] = stateOf(held?.issued, held?.expires, held?.revoked, "revoked", today, card?.suspended);
      states[`${kind}_pin`] = card && card[`${kind}_wrong`] >= TRIES[kind] ? "locked" : "open";
    }
    return states;
  }
}

function cardEnd(birth, made) {
  return nthBirthday(birth, made, age(birth, made) < ADULT ? 5 : 10);
}

function stateOf(start, expires, ended, word, today, suspended) {
  if (!start || today < start) return "not_yet";
  if (ended && ended <= today) return word;
  if (today > expires) return "expired";
  return suspended ? "suspended" : "valid";
}
