//! What the binary refuses to start with, and what `doctor` says of it: each time what is wrong, and what to do.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use faisceau::access::keys::KeyRing;

use crate::support::Database;
use crate::support::database::on_postgresql;

fn fit() -> Database {
    let database = Database::migrated();
    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    database
}

fn faisceau(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
    command.args(arguments).current_dir(database.folder()).stdin(Stdio::null());
    command.env("DATABASE_URL", database.url()).env("FAISCEAU_KEYS", database.keys());
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Doctor and server refuse alike; gives what doctor says.
fn refused(database: &Database, settings: &[&str], variables: &[(&str, &str)]) -> String {
    let flags: Vec<&str> = settings.iter().flat_map(|setting| ["--set", *setting]).collect();
    let doctor =
        faisceau(database, &[&["doctor"][..], &flags].concat()).envs(variables.iter().copied()).output().unwrap();
    let serve = [&["serve", "--listen", "127.0.0.1:0"][..], &flags].concat();
    let serve = if settings.iter().any(|setting| setting.starts_with("listen=")) {
        [&["serve"][..], &flags].concat()
    } else {
        serve
    };
    let served = faisceau(database, &serve).envs(variables.iter().copied()).output().unwrap();
    assert_eq!(
        (doctor.status.code(), served.status.code()),
        (Some(1), Some(1)),
        "{}\n{}",
        said(&doctor),
        said(&served)
    );
    let unfit = said(&doctor).lines().find_map(|line| line.strip_prefix("UNFIT ").map(str::to_owned)).unwrap();
    let reason = unfit.split_once(": ").unwrap().1;
    assert!(said(&served).contains(reason), "doctor: {reason}\nserve: {}", said(&served));
    unfit
}

#[test]
fn each_setting_that_does_not_hold_is_explained_by_doctor_and_refused_by_the_server() {
    let database = fit();
    let doctor = faisceau(&database, &["doctor"]).output().unwrap();
    assert!(doctor.status.success(), "{}", said(&doctor));
    for (settings, variables, what, remedy) in [
        (&["lisen=127.0.0.1:0"][..], &[][..], "`lisen` given with --set is no setting", "did you mean `listen`?"),
        (
            &[],
            &[("FAISCEAU_LISTN", "x")],
            "the variable `FAISCEAU_LISTN` is no setting",
            "did you mean `FAISCEAU_LISTEN`?",
        ),
        (&["connections=0"], &[], "connections does not hold", "give a whole number from 16 to 65536"),
        (&["listen=0.0.0.0:0"], &[], "listen reaches beyond this machine", "set public_url"),
        (&["public_url=https://x.example.org"], &[], "trusted_proxies is not", "set trusted_proxies"),
        (&["public_url=http://x.example.org"], &[], "public_url does not hold", "give an address such as `https://"),
        (&["hsts_seconds=1"], &[], "public_url is not https://", "set public_url to an https:// address"),
        (&["documents_mode=only"], &[], "documents names no folder", "set documents to the folder"),
        (&["documents=here"], &[], "documents_mode is off", "set documents_mode"),
        (&["cors_origins=*"], &[], "cors_origins does not hold", "an origin such as `https://"),
        (
            &[],
            &[("DATABASE_URL", "postgres://u:password-of-mine@db.example.org/f")],
            "nobody checks whom we speak to",
            "sslmode=verify-full",
        ),
        (&[], &[("FAISCEAU_CONFIG", "no-such-file")], "cannot be read", "name another one with --config"),
    ] {
        let said = refused(&database, settings, variables);
        assert!(
            said.starts_with("configuration: ") && said.contains(what) && said.contains(remedy),
            "{settings:?}: {said}"
        );
        assert!(!said.contains("password-of-mine"));
    }
}

#[test]
fn a_file_of_settings_is_read_and_every_problem_of_it_told_at_once() {
    let database = fit();
    let file = database.folder().join("faisceau.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:0\"\nconnections = 1\n").unwrap();
    let doctor = faisceau(&database, &["doctor", "--config", "faisceau.toml"]).output().unwrap();
    let told = said(&doctor);
    assert!(
        told.contains("did you mean `listen`?") && told.contains("connections (from the file) does not hold"),
        "{told}"
    );
    std::fs::write(&file, "connections = 100\nplayground = false\n").unwrap();
    let doctor = faisceau(&database, &["doctor", "--config", "faisceau.toml"]).output().unwrap();
    assert!(doctor.status.success(), "{}", said(&doctor));
}

#[test]
fn keys_that_are_missing_broken_or_open_to_others_are_explained_and_refused() {
    let database = fit();
    let key = database.keys().join("deployment.key");
    let whole = std::fs::read_to_string(&key).unwrap();
    let set_mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();

    set_mode(&key, 0o640);
    assert!(refused(&database, &[], &[]).contains("deployment.key is open to others than its owner; run `chmod 600"));
    set_mode(&key, 0o600);
    set_mode(&database.keys(), 0o755);
    assert!(refused(&database, &[], &[]).contains("is open to others than its owner; run `chmod 700"));
    set_mode(&database.keys(), 0o700);

    std::fs::write(&key, "short").unwrap();
    let told = refused(&database, &[], &[]);
    assert!(told.contains("128 hexadecimal digits expected") && !told.contains("short"), "{told}");
    std::fs::remove_file(&key).unwrap();
    assert!(refused(&database, &[], &[]).contains("make it with `faisceau keys init"));

    // A key in a variable needs no file.
    let doctor = faisceau(&database, &["doctor"]).env("FAISCEAU_KEY_DEPLOYMENT", whole.trim()).output().unwrap();
    assert!(doctor.status.success(), "{}", said(&doctor));
}

#[test]
fn a_database_that_is_missing_or_lacks_tables_is_explained_and_refused() {
    let database = Database::create();
    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    let doctor = |database: &Database| {
        let output = faisceau(database, &["doctor"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        said(&output)
    };
    if !on_postgresql() {
        let told = doctor(&database);
        assert!(told.contains("UNFIT database: there is no file") && told.contains("run `faisceau migrate`"), "{told}");
        std::fs::write(database.url(), "").unwrap();
    }
    let told = doctor(&database);
    assert!(told.contains("UNFIT migrations: not run yet") && told.contains("run `faisceau migrate`"), "{told}");
    let serve = faisceau(&database, &["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(said(&serve).contains("run `faisceau migrate`"), "{}", said(&serve));
}

#[test]
fn a_taken_address_is_told_with_what_to_do() {
    let database = fit();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = faisceau(&database, &["serve", "--listen", &address]).output().unwrap();
    assert!(said(&serve).contains("choose another address, or stop what is using it"), "{}", said(&serve));
}
