//! `faisceau doctor`: what this machine, its database and its keys need before they can serve.

use super::{Place, location, told};
use crate::access::keys::KeyRing;
use crate::api::graphql::transport::Limits;
use crate::api::graphql::trusted::TrustedDocuments;
use crate::configuration::Configuration;
use crate::refusal::{Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::{Location, Store, journal, migrations};

pub(super) fn doctor(place: &Place) -> Outcome<()> {
    let mut unfit = 0_usize;
    let mut report = |what: &str, found: Outcome<String>| match found {
        Ok(found) => println!("ok    {what}: {found}"),
        Err(failure) => {
            unfit += 1;
            println!("UNFIT {what}: {}", told(&failure));
        }
    };
    let configuration = match Configuration::read(&place.given()) {
        Ok(configuration) => configuration,
        Err(problems) => {
            problems.iter().for_each(|problem| println!("UNFIT configuration: {problem}"));
            return Err(unfit_to_serve(problems.len()));
        }
    };
    report("configuration", Ok("every setting holds".to_owned()));
    report("keys", keys(&configuration));
    if let Some(folder) = &configuration.documents {
        let documents = TrustedDocuments::load(Some(folder), configuration.documents_mode, &Limits::default());
        report(
            "trusted documents",
            documents.map(|documents| format!("{} in {}", documents.count(), folder.display())),
        );
    }
    match open(&configuration) {
        Ok(store) => {
            report("database", store.describe());
            report("durability", Ok("settings read back; what is acknowledged is kept".to_owned()));
            let pending = pending(&configuration);
            let has_tables = pending.is_ok();
            report("migrations", pending);
            if has_tables {
                report("second wall", store.check_wall());
                report("journal", position(&store));
            }
        }
        Err(failure) => report("database", Err(failure)),
    }
    if unfit == 0 { Ok(()) } else { Err(unfit_to_serve(unfit)) }
}

fn unfit_to_serve(count: usize) -> Failure {
    Failure::fault(format!("not fit to serve: see the lines marked UNFIT ({count})"))
}

/// Opens what is there; looking for a database must not make one.
fn open(configuration: &Configuration) -> Outcome<Store> {
    match location(configuration) {
        Location::Sqlite(file) if !file.exists() => {
            Err(Failure::fault(format!("there is no file {}; run `faisceau migrate`", file.display())))
        }
        location => Store::open(location),
    }
}

fn keys(configuration: &Configuration) -> Outcome<String> {
    KeyRing::load(&configuration.keys)?;
    Ok(format!("complete in {}, open to their owner only", configuration.keys.display()))
}

fn pending(configuration: &Configuration) -> Outcome<String> {
    let pending = migrations::pending(&location(configuration))?;
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
