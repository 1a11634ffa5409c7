//! Access tokens and client assertions that somebody made up: each wrong in one way, from claims that would hold.

use std::path::Path;

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use faisceau::access::keys::KeyRing;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::World;

/// What a forger has: keys, and claims to start from.
pub struct Forger {
    pub now: i64,
    pub issuer: String,
    pub kid: String,
    own: Vec<u8>,
    other: Vec<u8>,
}

/// A lie, and the header lines that tell it.
pub type Lie = (&'static str, String);

impl Forger {
    /// A forger who even has the key of the deployment: what it signs must fail for another reason.
    pub fn of(world: &World) -> Self {
        let elsewhere = world.database.folder().join("other-keys");
        KeyRing::create(&elsewhere, &[]).unwrap();
        let held = world.desk.keys.published(world.desk.clock.now());
        Self {
            now: world.desk.clock.now().as_seconds(),
            issuer: world.url.clone(),
            kid: held[0].kid.clone(),
            own: pem(&world.database.keys()),
            other: pem(&elsewhere),
        }
    }

    /// The header of a token of ours.
    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.kid })
    }

    /// The claims of a token of an officer.
    pub fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "aud": self.issuer, "sub": "officer-one", "client_id": "officer-one", "iat": self.now,
            "nbf": self.now, "exp": self.now + 600, "jti": "forged-1", "scope": "directory:read reports:read",
        })
    }

    /// Header and claims as texts, signed with the deployment's own key.
    pub fn signed(&self, header: &str, claims: &str) -> String {
        sign(header, claims, &EncodingKey::from_ed_pem(&self.own).unwrap(), Algorithm::EdDSA)
    }

    fn ours(&self, claims: &Value) -> String {
        self.signed(&self.header().to_string(), &claims.to_string())
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.ours(&claims)
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().remove(name);
        self.ours(&claims)
    }

    fn under(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header[name] = value;
        self.signed(&header.to_string(), &self.claims().to_string())
    }

    /// Header lines that claim to be somebody and must not be believed; `valid` is a token that holds.
    pub fn lies(&self, valid: &str) -> Vec<Lie> {
        let mut tokens = self.of_claims();
        tokens.extend(self.of_headers(valid));
        tokens.extend(self.of_spelling(valid));
        let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
        let mut lies: Vec<Lie> = tokens.into_iter().map(|(lie, token)| (lie, bearer(&token))).collect();
        let forged = self.with("exp", json!(self.now));
        lies.extend([
            ("two tokens that hold", bearer(valid).repeat(2)),
            ("a token that holds behind one that does not", format!("{}{}", bearer(&forged), bearer(valid))),
            ("a token that does not hold behind one that does", format!("{}{}", bearer(valid), bearer(&forged))),
            ("two tokens in one header", bearer(&format!("{valid}, Bearer {valid}"))),
            ("two tokens with a space", bearer(&format!("{valid} {valid}"))),
            ("a scheme of another name", format!("Authorization: Token {valid}\r\n")),
            ("a scheme glued to it", format!("Authorization: Bearer{valid}\r\n")),
            ("a scheme twice", format!("Authorization: Bearer Bearer {valid}\r\n")),
            ("a scheme with a colon", format!("Authorization: Bearer: {valid}\r\n")),
            ("no scheme", format!("Authorization: {valid}\r\n")),
            ("a tab behind the scheme", format!("Authorization: Bearer\t{valid}\r\n")),
            (
                "as the password of HTTP Basic",
                format!("Authorization: Basic {}\r\n", BASE64.encode(format!("officer-one:{valid}").as_bytes())),
            ),
            ("DPoP", format!("Authorization: DPoP {valid}\r\n")),
            ("in quotes", format!("Authorization: Bearer \"{valid}\"\r\n")),
            ("as a parameter", format!("Authorization: Bearer token={valid}\r\n")),
        ]);
        lies
    }

    /// Tokens well signed whose claims do not hold.
    fn of_claims(&self) -> Vec<(&'static str, String)> {
        let (now, claims) = (self.now, self.claims().to_string());
        let put = |text: &str| self.signed(&self.header().to_string(), &claims.replacen('{', &format!("{{{text},"), 1));
        vec![
            ("an end that has come", self.with("exp", json!(now))),
            ("an end long past", self.with("exp", json!(1))),
            ("an end before its time", self.with("exp", json!(-1))),
            ("an end as text", self.with("exp", json!((now + 600).to_string()))),
            ("an end with a fraction", self.with("exp", json!(now as f64 + 600.5))),
            ("an end as a float", self.with("exp", json!((now + 600) as f64))),
            (
                "an end beyond counting",
                self.signed(&self.header().to_string(), &claims.replace(&(now + 600).to_string(), "1e400")),
            ),
            (
                "an end past 64 bits",
                self.signed(
                    &self.header().to_string(),
                    &claims.replace(&(now + 600).to_string(), "99999999999999999999999"),
                ),
            ),
            ("an end that is null", self.with("exp", Value::Null)),
            ("an end that is true", self.with("exp", json!(true))),
            ("an end in a list", self.with("exp", json!([now + 600]))),
            ("no end", self.without("exp")),
            ("a beginning to come", self.with("nbf", json!(now + 1))),
            ("a beginning as text", self.with("nbf", json!(now.to_string()))),
            ("no beginning", self.without("nbf")),
            ("an issue to come", self.with("iat", json!(now + 1))),
            ("an issue after its end", {
                let mut claims = self.claims();
                claims["iat"] = json!(now + 1000);
                claims["nbf"] = json!(now + 1000);
                self.ours(&claims)
            }),
            ("no issue", self.without("iat")),
            ("another issuer", self.with("iss", json!("https://elsewhere.example.org"))),
            ("the issuer with a slash", self.with("iss", json!(format!("{}/", self.issuer)))),
            ("the issuer in capitals", self.with("iss", json!(self.issuer.to_uppercase()))),
            ("the issuer of before", self.with("iss", json!("faisceau"))),
            ("the issuer in a list", self.with("iss", json!([self.issuer]))),
            ("no issuer", self.without("iss")),
            ("another audience", self.with("aud", json!("https://elsewhere.example.org"))),
            ("our audience in a list", self.with("aud", json!([self.issuer]))),
            ("our audience among others", self.with("aud", json!([self.issuer, "https://elsewhere.example.org"]))),
            ("the token endpoint as audience", self.with("aud", json!(format!("{}/oauth/token", self.issuer)))),
            ("an empty audience", self.with("aud", json!(""))),
            ("no audience", self.without("aud")),
            ("another subject", self.with("sub", json!("officer-two"))),
            ("no subject", self.without("sub")),
            ("another client", self.with("client_id", json!("officer-two"))),
            ("no client", self.without("client_id")),
            ("a client that is not there", {
                let mut claims = self.claims();
                claims["sub"] = json!("nobody");
                claims["client_id"] = json!("nobody");
                self.ours(&claims)
            }),
            ("the console", {
                let mut claims = self.claims();
                claims["sub"] = json!("console");
                claims["client_id"] = json!("console");
                self.ours(&claims)
            }),
            ("no name of its own", self.without("jti")),
            ("an empty name of its own", self.with("jti", json!(""))),
            ("a number as name of its own", self.with("jti", json!(1))),
            ("no scope", self.without("scope")),
            ("an empty scope", self.with("scope", json!(""))),
            ("an unknown scope", self.with("scope", json!("directory:read root"))),
            ("scopes in a list", self.with("scope", json!(["directory:read"]))),
            ("a role beside", self.with("role", json!("OPERATOR"))),
            ("a confirmation key beside", self.with("cnf", json!({ "jkt": "x" }))),
            ("the claims of an id token", self.with("nonce", json!("n-1"))),
            ("an end twice", put(&format!("\"exp\":{}", now + 600))),
            ("a subject twice", put("\"sub\":\"officer-two\"")),
            ("an audience twice", put(&format!("\"aud\":\"{}\"", self.issuer))),
            ("a subject twice, once escaped", put("\"\\u0073ub\":\"officer-two\"")),
            ("claims that are a list", self.signed(&self.header().to_string(), &format!("[{claims}]"))),
            ("claims that are a text", self.signed(&self.header().to_string(), "\"officer-one\"")),
            ("claims with something behind", self.signed(&self.header().to_string(), &format!("{claims}{claims}"))),
            ("claims that are no JSON", self.signed(&self.header().to_string(), "officer-one")),
        ]
    }

    /// Tokens whose header lies about the key or the algorithm, or is that of another kind of token.
    fn of_headers(&self, valid: &str) -> Vec<(&'static str, String)> {
        let parts: Vec<&str> = valid.split('.').collect();
        let (header, claims) = (self.header().to_string(), self.claims().to_string());
        let public = self.public();
        let hmac = |header: &Value, secret: &[u8]| {
            sign(&header.to_string(), &claims, &EncodingKey::from_secret(secret), Algorithm::HS256)
        };
        let hs256 = json!({ "alg": "HS256", "typ": "at+jwt", "kid": self.kid });
        let other = EncodingKey::from_ed_pem(&self.other).unwrap();
        let twice = |text: &str| self.signed(&header.replacen('{', &format!("{{{text},"), 1), &claims);
        let mut without_kid = self.header();
        without_kid.as_object_mut().unwrap().remove("kid");
        let mut without_typ = self.header();
        without_typ.as_object_mut().unwrap().remove("typ");
        let mut without_alg = self.header();
        without_alg.as_object_mut().unwrap().remove("alg");
        let unsigned = |alg: &str| {
            let header = json!({ "alg": alg, "typ": "at+jwt", "kid": self.kid }).to_string();
            format!("{}.{}.", encoded(&header), encoded(&claims))
        };
        vec![
            ("alg none, unsigned", unsigned("none")),
            ("alg None, unsigned", unsigned("None")),
            ("alg NONE, unsigned", unsigned("NONE")),
            ("alg nOnE, unsigned", unsigned("nOnE")),
            ("alg EdDSA, unsigned", unsigned("EdDSA")),
            ("alg none, well signed", self.under("alg", json!("none"))),
            (
                "alg none, another's signature",
                format!(
                    "{}.{}.{}",
                    encoded(&json!({ "alg": "none", "typ": "at+jwt", "kid": self.kid }).to_string()),
                    parts[1],
                    parts[2]
                ),
            ),
            ("HS256 keyed with the public key", hmac(&hs256, &public)),
            (
                "HS256 keyed with the public key as PEM",
                hmac(&hs256, faisceau::access::jwk::pem_of_ed25519(&public).as_bytes()),
            ),
            ("HS256 keyed with the key file", hmac(&hs256, &self.own)),
            ("HS256 keyed with nothing", hmac(&hs256, b"")),
            ("HS256 keyed with the key's name", hmac(&hs256, self.kid.as_bytes())),
            ("EdDSA said, HS256 done", hmac(&self.header(), &public)),
            ("HS256 said, EdDSA done", self.under("alg", json!("HS256"))),
            ("ES256 said, EdDSA done", self.under("alg", json!("ES256"))),
            ("RS256 said, EdDSA done", self.under("alg", json!("RS256"))),
            ("an unknown algorithm", self.under("alg", json!("EdDSA2"))),
            ("the algorithm in small letters", self.under("alg", json!("eddsa"))),
            ("no algorithm", self.signed(&without_alg.to_string(), &claims)),
            ("another deployment's key", sign(&header, &claims, &other, Algorithm::EdDSA)),
            (
                "another deployment's key under its own name",
                sign(
                    &json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "x" }).to_string(),
                    &claims,
                    &other,
                    Algorithm::EdDSA,
                ),
            ),
            ("no key named", self.signed(&without_kid.to_string(), &claims)),
            ("an unknown key named", self.under("kid", json!("unknown"))),
            ("an empty key name", self.under("kid", json!(""))),
            ("a key name that leads to a file", self.under("kid", json!("../keys/token.pem"))),
            ("a key name that leads to nothing", self.under("kid", json!("/dev/null"))),
            ("a key name that is SQL", self.under("kid", json!("' OR '1'='1"))),
            ("a key name with a zero", self.under("kid", json!(format!("{}\u{0}", self.kid)))),
            ("a key name in a list", self.under("kid", json!([self.kid]))),
            (
                "its own key in the header",
                self.under("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded_bytes(&public) })),
            ),
            ("an address of keys", self.under("jku", json!(format!("{}/.well-known/jwks.json", self.issuer)))),
            ("an address of certificates", self.under("x5u", json!("https://elsewhere.example.org/cert.pem"))),
            ("certificates in the header", self.under("x5c", json!(["MIIB"]))),
            ("a critical extension", self.under("crit", json!(["exp"]))),
            ("claims that are not encoded", self.under("b64", json!(false))),
            ("compressed claims", self.under("zip", json!("DEF"))),
            ("another type of content", self.under("cty", json!("JWT"))),
            ("the type of any token", self.under("typ", json!("JWT"))),
            ("the type of an id token", self.under("typ", json!("id_token+jwt"))),
            ("the type of an assertion", self.under("typ", json!("client-authentication+jwt"))),
            ("the type in capitals", self.under("typ", json!("AT+JWT"))),
            ("the type at length", self.under("typ", json!("application/at+jwt"))),
            ("no type", self.signed(&without_typ.to_string(), &claims)),
            ("an algorithm twice", twice("\"alg\":\"EdDSA\"")),
            ("an algorithm twice, once none", twice("\"alg\":\"none\"")),
            ("a key named twice", twice("\"kid\":\"x\"")),
            ("a header that is a list", self.signed(&format!("[{header}]"), &claims)),
            ("an empty header", self.signed("{}", &claims)),
        ]
    }

    /// A token that holds, spelt in another way, cut or put together anew.
    fn of_spelling(&self, valid: &str) -> Vec<(&'static str, String)> {
        let parts: Vec<&str> = valid.split('.').collect();
        let [header, claims, signature] = [parts[0], parts[1], parts[2]];
        let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
        let mut flipped = bytes(signature);
        flipped[0] ^= 1;
        let other = self.ours(&self.claims());
        let other: Vec<&str> = other.split('.').collect();
        vec![
            ("nothing", String::new()),
            ("no token", "x".to_owned()),
            ("points only", "..".to_owned()),
            ("one part", header.to_owned()),
            ("two parts", format!("{header}.{claims}")),
            ("no signature", format!("{header}.{claims}.")),
            ("no claims", format!("{header}..{signature}")),
            ("no header", format!(".{claims}.{signature}")),
            ("four parts", format!("{valid}.{signature}")),
            ("five parts, as if encrypted", format!("{valid}.{signature}.{signature}")),
            ("a point behind", format!("{valid}.")),
            ("cut by one sign", valid[..valid.len() - 1].to_owned()),
            ("cut by half", valid[..valid.len() / 2].to_owned()),
            ("one sign more", format!("{valid}A")),
            ("one bit of the signature turned", format!("{header}.{claims}.{}", encoded_bytes(&flipped))),
            ("a signature of zeros", format!("{header}.{claims}.{}", encoded_bytes(&[0; 64]))),
            ("a signature of a token beside", format!("{header}.{claims}.{}", other[2])),
            ("other claims under the signature", format!("{header}.{}.{signature}", other[1])),
            ("padded", format!("{header}.{claims}.{}", BASE64URL.encode(&bytes(signature)))),
            ("padded claims", format!("{header}.{claims}==.{signature}")),
            ("the other base 64", format!("{}.{}.{}", standard(header), standard(claims), standard(signature))),
            ("loose bits at its end", format!("{header}.{claims}.{}", loosened(signature))),
            ("a line break within", format!("{header}.{claims}.{}%0A", signature)),
            ("a letter beyond ASCII", format!("{header}.{claims}.{}é", &signature[..signature.len() - 1])),
            ("full-width points", valid.replace('.', "\u{ff0e}")),
            ("URL-encoded points", valid.replace('.', "%2E")),
            ("turned to small letters", valid.to_lowercase()),
            ("longer than anything", format!("{header}.{}.{signature}", "A".repeat(8000))),
        ]
    }

    fn public(&self) -> Vec<u8> {
        use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
        let text = String::from_utf8(self.own.clone()).unwrap();
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let pair = Ed25519KeyPair::from_pkcs8(&BASE64.decode(body.as_bytes()).unwrap()).unwrap();
        pair.public_key().as_ref().to_vec()
    }
}

/// Header and claims as texts under a signature.
pub fn sign(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, algorithm).unwrap();
    format!("{signed}.{signature}")
}

fn encoded(text: &str) -> String {
    encoded_bytes(text.as_bytes())
}

fn encoded_bytes(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The same bytes in the alphabet with `+` and `/`; a signature of 64 bytes surely has one, or else a padded end.
fn standard(part: &str) -> String {
    BASE64.encode(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap())
}

/// The same bytes, with bits set in the last sign that belong to no byte: 64 bytes leave four.
fn loosened(part: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.iter().position(|sign| *sign == *part.as_bytes().last().unwrap()).unwrap();
    format!("{}{}", &part[..part.len() - 1], char::from(alphabet[last | 1]))
}

fn pem(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("token.pem")).unwrap()
}
