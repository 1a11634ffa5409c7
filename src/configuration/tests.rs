use super::database::{SPEAKS_TLS, Way, way};
use super::*;

fn given(flags: &[(&str, &str)]) -> Given {
    let mut given = Given::default();
    flags.iter().for_each(|(name, value)| given.flag(name, *value));
    given
}

fn problems(given: &Given) -> String {
    let problems = Configuration::read(given).map(|_| ()).unwrap_err();
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn every_setting_has_a_default_of_its_form_and_a_text() {
    let configuration = Configuration::read(&Given::default()).unwrap();
    assert_eq!(configuration.listen.as_str(), "127.0.0.1:8080");
    for setting in SETTINGS {
        assert!(setting.text.ends_with('.') && !(setting.form)().is_empty(), "{}", setting.name);
        assert_eq!(SETTINGS.iter().filter(|other| other.name == setting.name).count(), 1, "{}", setting.name);
    }
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    let mut given = given(&[("lisen", "x"), ("something_else_entirely", "x")]);
    let variables =
        [("FAISCEAU_LISTN", "x"), ("FAISCEAU_KEY_DEPLOYMNT", "x"), ("HOME", "/"), ("FAISCEAU_TEST_DATABASE", "x")];
    given.variables(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    insta::assert_snapshot!(problems(&given), @r"
    `lisen` given with --set is no setting; did you mean `listen`?
    `something_else_entirely` given with --set is no setting; see docs/configuration.md for the names of settings
    the variable `FAISCEAU_LISTN` is no setting; did you mean `FAISCEAU_LISTEN`?
    the variable `FAISCEAU_KEY_DEPLOYMNT` is no setting; did you mean `FAISCEAU_KEY_DEPLOYMENT`?
    ");
}

#[test]
fn values_of_the_wrong_form_are_refused_and_not_shown() {
    let mut given =
        given(&[("connections", "many-secret"), ("cors_origins", "http://secret.example.org"), ("playground", "yes")]);
    given.variables([("FAISCEAU_LISTEN".to_owned(), "secret".to_owned())]);
    let said = problems(&given);
    insta::assert_snapshot!(said, @r"
    listen (from FAISCEAU_LISTEN) does not hold; give an address with its port, such as `127.0.0.1:8080` or `[::1]:8080`
    cors_origins does not hold; give a list, each an origin such as `https://tableau.example.org`; without TLS only on this machine
    connections does not hold; give a whole number from 16 to 65536
    playground does not hold; give `true` or `false`
    ");
    assert!(!said.contains("secret"));
}

#[test]
fn a_later_source_goes_before_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faisceau.toml");
    std::fs::write(
        &file,
        "keys = \"file\"\nlisten = \"localhost:1\"\nconnections = 99\ncors_origins = [\"https://a.example\"]\n",
    )
    .unwrap();
    let mut given = Given::default();
    given.file(&file);
    given.variables([
        ("FAISCEAU_KEYS".to_owned(), "variable".to_owned()),
        ("FAISCEAU_LISTEN".to_owned(), "localhost:2".to_owned()),
    ]);
    given.flag("listen", "localhost:3");
    let configuration = Configuration::read(&given).unwrap();
    assert_eq!(configuration.keys.to_str(), Some("variable"));
    assert_eq!((configuration.listen.as_str(), configuration.connections), ("localhost:3", Whole(99)));
    assert_eq!(configuration.cors_origins[0].as_str(), "https://a.example");
}

#[test]
fn a_file_that_is_none_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faisceau.toml");
    for (text, expected) in [
        ("listen = \"x:1\"\nkeys = = secret\n", "is not TOML at line 2"),
        ("[limits]\nconnections = 3\n", "`limits` in"),
        ("lisen = 1\n", "did you mean `listen`?"),
        ("keys = \"a\"\nkeys = \"b\"\n", "is not TOML at line"),
    ] {
        std::fs::write(&file, text).unwrap();
        let mut given = Given::default();
        given.file(&file);
        let said = problems(&given);
        assert!(said.contains(expected) && !said.contains("secret"), "{said}");
    }
    let mut given = Given::default();
    given.file(&folder.path().join("absent"));
    assert!(problems(&given).contains("cannot be read"));
}

#[test]
fn combinations_that_leave_a_door_open_are_refused() {
    for (flags, expected) in [
        (&[("listen", "0.0.0.0:80")][..], "listen reaches beyond this machine"),
        (&[("listen", "[::]:80")], "listen reaches beyond this machine"),
        (&[("listen", "server.example.org:80")], "listen reaches beyond this machine"),
        (&[("public_url", "https://x.example.org")], "trusted_proxies is not"),
        (&[("public_url", "http://x.example.org")], "public_url does not hold"),
        (&[("hsts_seconds", "60")], "public_url is not https://"),
        (&[("documents_mode", "only")], "documents names no folder"),
        (&[("documents", "folder")], "documents_mode is off"),
        (&[("oidc_issuer", "https://id.example.org")], "not both oidc_client_id and oidc_roles"),
        (&[("oidc_client_secret", "s")], "oidc_issuer is not"),
        (
            &[
                ("oidc_issuer", "https://id.example.org"),
                ("oidc_client_id", "c"),
                ("oidc_roles", "roles.toml"),
                ("oidc_scopes", "profile"),
            ],
            "oidc_scopes lacks openid",
        ),
        (&[("oidc_issuer", "http://id.example.org")], "oidc_issuer does not hold"),
        (&[("database_url", "postgres://u:p@db.example.org/f")], "nobody checks whom we speak to"),
    ] {
        let said = problems(&given(flags));
        assert!(said.contains(expected) && said.lines().count() == 1, "{flags:?}: {said}");
    }
    let whole = given(&[
        ("listen", "0.0.0.0:80"),
        ("public_url", "https://x.example.org/"),
        ("trusted_proxies", "10.0.0.0/8, 127.0.0.1"),
        ("hsts_seconds", "60"),
        ("database_url", "postgres://u:p@db.example.org/f"),
        ("allow_plaintext_database", "true"),
    ]);
    assert_eq!(Configuration::read(&whole).unwrap().public_url.unwrap().as_str(), "https://x.example.org");
}

#[test]
fn the_way_to_a_database_is_judged_as_libpq_goes_it() {
    let none = std::collections::BTreeMap::new();
    for url in [
        "faisceau.db",
        "postgres://",
        "postgres:///f",
        "postgres://u:p@localhost/f",
        "postgres://u:p@127.0.0.1:5433/f",
        "postgresql://[::1]:5433/f",
        "postgres://%2Fvar%2Frun/f",
        "postgres://db.example.org/f?host=/var/run",
        "postgres://localhost,127.0.0.1:5433/f",
    ] {
        assert_eq!(way(url, &none), Way::Local, "{url}");
    }
    for url in [
        "postgres://u:p@db.example.org/f",
        "postgres://db.example.org/f?sslmode=require",
        "postgres://db.example.org/f?sslmode=verify-ca",
        "postgres://localhost,db.example.org/f",
        "postgres://localhost/f?host=db.example.org",
        "postgres://localhost/f?%68ost=db.example.org",
        "postgres://localhost/f?hostaddr=10.0.0.1",
        "postgres://localhost/f?service=x",
        "postgres://localhost?x@db.example.org/f",
        "postgres://localhost%ZZ/f",
    ] {
        assert_eq!(way(url, &none), Way::Open, "{url}");
    }
    let verified = way("postgres://db.example.org/f?sslmode=verify-full", &none);
    assert_eq!(verified, if SPEAKS_TLS { Way::Verified } else { Way::Open });
    for (variable, value) in [("PGHOST", "db.example.org"), ("PGHOSTADDR", "10.0.0.1"), ("PGSERVICE", "x")] {
        let libpq = [(variable.to_owned(), value.to_owned())].into();
        assert_eq!(way("postgres:///f", &libpq), Way::Open, "{variable}");
    }
}
