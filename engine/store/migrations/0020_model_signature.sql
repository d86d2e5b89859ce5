-- Signatures of registered versions: what was signed is in the bundle, with the digest of every file.
CREATE TABLE model_signature (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id    INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  signed_at   INTEGER NOT NULL,                               -- ms since 1970
  signed_by   TEXT NOT NULL,                                  -- who asked for it; the key says who it was
  public_key  TEXT NOT NULL,                                  -- PEM
  bundle      TEXT NOT NULL,                                  -- JSON: Sigstore bundle 0.3 with a DSSE envelope
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
);
CREATE INDEX model_signature_by_version ON model_signature (model_id, version, id);
