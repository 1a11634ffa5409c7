DROP TABLE access_head;
DROP TABLE revoked_tokens;
DROP TABLE used_assertions;
DROP TABLE credential_uses;
-- A client without a secret keeps an empty hash, which no secret has.
ALTER TABLE clients ADD COLUMN secret_hash BLOB NOT NULL DEFAULT '';
UPDATE clients SET secret_hash = COALESCE((
    SELECT value FROM client_credentials WHERE client_id = clients.id AND kind = 'SECRET'
    ORDER BY created_at_us DESC, client_credentials.id LIMIT 1
), '');
DROP TABLE client_credentials;
DROP TABLE client_limits;
ALTER TABLE clients DROP COLUMN expires_at_us;
ALTER TABLE clients DROP COLUMN suspended_at_us;
