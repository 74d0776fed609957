CREATE TABLE resident (
  session TEXT, person TEXT, birth TEXT, registered INTEGER DEFAULT 1, died TEXT,
  moveout_planned TEXT, moved_in TEXT, movein_notified TEXT, card_presented TEXT,
  PRIMARY KEY (session, person)
);
CREATE TABLE card (
  id INTEGER PRIMARY KEY, session TEXT, person TEXT, applied TEXT, checked INTEGER DEFAULT 0,
  made TEXT, expires TEXT, delivered TEXT, lapsed TEXT, suspended INTEGER DEFAULT 0,
  signature_wrong INTEGER DEFAULT 0, authentication_wrong INTEGER DEFAULT 0
);
CREATE TABLE certificate (
  id INTEGER PRIMARY KEY, session TEXT, person TEXT, kind TEXT, card INTEGER, issued TEXT, expires TEXT, revoked TEXT
);
CREATE TABLE clock (session TEXT PRIMARY KEY, today TEXT);
