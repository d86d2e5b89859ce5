import * as v from 'valibot';
import type { Database, Row } from '../../store/database';
import { integer, optionalInteger, text } from '../../store/row';
import type { Found } from './trust';

export interface StoredSignature {
  readonly signedAt: number;
  readonly signedBy: string;
  /** PEM */
  readonly publicKey: string;
  /** A Sigstore bundle. */
  readonly bundle: string;
}

/** How the files of a version stood to its signatures when they were read last. */
export interface StoredCheck {
  readonly checkedAt: number;
  readonly found: Found;
}

export interface KnownSignature {
  readonly name: string;
  readonly version: number;
  readonly newest: StoredSignature;
  readonly check?: StoredCheck;
}

/** Signatures of registered versions, and what was found of them last. */
export class SignatureStore {
  constructor(private readonly db: Database) {}

  record(name: string, version: number, { signedAt, signedBy, publicKey, bundle }: StoredSignature): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO model_signature (model_id, version, signed_at, signed_by, public_key, bundle)
           SELECT m.id, mv.version, ?, ?, ?, ? FROM registered_model m
           JOIN model_version mv ON mv.model_id = m.id AND mv.version = ? WHERE m.name = ? AND m.deleted_at IS NULL`,
        )
        .run([signedAt, signedBy, publicKey, bundle, version, name]);
    });
  }

  /** Newest first. */
  all(name: string, version: number): readonly StoredSignature[] {
    return this.db
      .prepare(
        `SELECT s.* FROM registered_model m JOIN model_signature s ON s.model_id = m.id AND s.version = ?
         WHERE m.name = ? AND m.deleted_at IS NULL ORDER BY s.id DESC LIMIT 100`,
      )
      .all([version, name])
      .map(signatureOf);
  }

  check(name: string, version: number): StoredCheck | undefined {
    const row = this.db
      .prepare(
        `SELECT c.checked_at, c.found FROM registered_model m JOIN model_signature_check c ON c.model_id = m.id AND c.version = ?
         WHERE m.name = ? AND m.deleted_at IS NULL`,
      )
      .get([version, name]);
    return row && { checkedAt: integer(row, 'checked_at'), found: v.parse(storedFound, row['found']) };
  }

  /** What was found of a version takes the place of what was found before. */
  keep(name: string, version: number, { checkedAt, found }: StoredCheck): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO model_signature_check (model_id, version, checked_at, found)
           SELECT m.id, mv.version, ?, ? FROM registered_model m
           JOIN model_version mv ON mv.model_id = m.id AND mv.version = ? WHERE m.name = ? AND m.deleted_at IS NULL
           ON CONFLICT (model_id, version) DO UPDATE SET checked_at = excluded.checked_at, found = excluded.found`,
        )
        .run([checkedAt, JSON.stringify(found), version, name]);
    });
  }

  /** Of all versions of models that are signed, the newest version first. */
  known(names: readonly string[]): readonly KnownSignature[] {
    return this.db
      .prepare(
        `SELECT m.name, s.version, s.signed_at, s.signed_by, s.public_key, s.bundle, c.checked_at, c.found, max(s.id)
         FROM json_each(?) j CROSS JOIN registered_model m ON m.name = j.value AND m.deleted_at IS NULL
         CROSS JOIN model_signature s ON s.model_id = m.id
         LEFT JOIN model_signature_check c ON c.model_id = m.id AND c.version = s.version
         GROUP BY m.id, s.version ORDER BY s.version DESC`,
      )
      .all([JSON.stringify(names)])
      .map(row => {
        const checkedAt = optionalInteger(row, 'checked_at');
        return {
          name: text(row, 'name'),
          version: integer(row, 'version'),
          newest: signatureOf(row),
          ...(checkedAt !== undefined && { check: { checkedAt, found: v.parse(storedFound, row['found']) } }),
        };
      });
  }
}

const signatureOf = (row: Row): StoredSignature => ({
  signedAt: integer(row, 'signed_at'),
  signedBy: text(row, 'signed_by'),
  publicKey: text(row, 'public_key'),
  bundle: text(row, 'bundle'),
});

const storedFound: v.GenericSchema<unknown, Found> = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    state: v.picklist(['signed', 'untrusted', 'altered', 'unsigned']),
    sentence: v.string(),
    file: v.exactOptional(v.string()),
    keyId: v.exactOptional(v.string()),
    signedAt: v.exactOptional(v.number()),
    signedBy: v.exactOptional(v.string()),
    files: v.number(),
  }),
);
