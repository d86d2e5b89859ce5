import type { Database } from '../../store/database';
import { integer, text } from '../../store/row';

export interface StoredSignature {
  readonly signedAt: number;
  readonly signedBy: string;
  /** PEM */
  readonly publicKey: string;
  /** A Sigstore bundle. */
  readonly bundle: string;
}

/** Signatures of registered versions; the newest counts. */
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
      .map(row => ({
        signedAt: integer(row, 'signed_at'),
        signedBy: text(row, 'signed_by'),
        publicKey: text(row, 'public_key'),
        bundle: text(row, 'bundle'),
      }));
  }
}
