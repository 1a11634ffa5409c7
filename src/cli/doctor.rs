//! `faisceau doctor`: what this machine, its database and its keys need before they can serve.

use super::{Place, told};
use crate::access::keys::KeyRing;
use crate::refusal::{Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::{Location, Store, journal, migrations, settings};

pub(super) fn doctor(place: &Place) -> Outcome<()> {
    let mut unfit = 0_u32;
    let mut report = |what: &str, found: Outcome<String>| match found {
        Ok(found) => println!("ok    {what}: {found}"),
        Err(failure) => {
            unfit += 1;
            println!("UNFIT {what}: {}", told(&failure));
        }
    };
    report("keys", keys(place));
    match open(place) {
        Ok(store) => {
            report("database", store.read(settings::describe));
            report("durability", Ok("settings read back; what is acknowledged is kept".to_owned()));
            let pending = pending(place);
            let has_tables = pending.is_ok();
            report("migrations", pending);
            if has_tables {
                report("journal", position(&store));
            }
        }
        Err(failure) => report("database", Err(failure)),
    }
    if unfit == 0 {
        Ok(())
    } else {
        Err(Failure::fault(format!("not fit to serve: see the lines marked UNFIT ({unfit})")))
    }
}

/// Opens what is there; looking for a database must not make one.
fn open(place: &Place) -> Outcome<Store> {
    match place.location() {
        Location::Sqlite(file) if !file.exists() => {
            Err(Failure::fault(format!("there is no file {}; run `faisceau migrate`", file.display())))
        }
        location => Store::open(location),
    }
}

fn keys(place: &Place) -> Outcome<String> {
    KeyRing::load(&place.keys)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&place.keys).map_or(0, |folder| folder.permissions().mode());
        if mode & 0o077 != 0 {
            let folder = place.keys.display();
            return Err(Failure::fault(format!("{folder} is open to others than its owner; run `chmod 700 {folder}`")));
        }
    }
    Ok(format!("complete in {}", place.keys.display()))
}

fn pending(place: &Place) -> Outcome<String> {
    let pending = migrations::pending(&place.location())?;
    if pending.is_empty() {
        Ok("all run".to_owned())
    } else {
        Err(Failure::fault(format!("not run yet: {}; run `faisceau migrate`", pending.join(", "))))
    }
}

fn position(store: &Store) -> Outcome<String> {
    let (position, at) = store.read(journal::head)?;
    if position == Position::default() { Ok("empty".to_owned()) } else { Ok(format!("position {position}, of {at}")) }
}
