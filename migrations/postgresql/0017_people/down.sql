DROP TABLE sign_in_failures;
DROP TABLE used_sign_ins;
DROP TABLE sessions;
DROP TABLE accounts;
