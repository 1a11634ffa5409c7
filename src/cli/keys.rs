//! `faisceau keys init`: the keys of a deployment, made once, readable by their owner only.

use std::path::PathBuf;

use clap::Subcommand;

use super::Place;
use crate::access::keys::KeyRing;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::refusal::{Failure, Outcome};
use crate::reporting::operations as reporting;
use crate::text::ShortCode;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Make the keys that a folder lacks; existing ones are left alone.
    Init {
        /// The folder of the keys; it is made if it is not there.
        #[arg(long, env = "FAISCEAU_KEYS", default_value = "keys")]
        keys: PathBuf,
        /// The code of a programme that needs its own pseudonymisation key; give it once per programme.
        #[arg(long = "programme")]
        programmes: Vec<String>,
    },
    /// Make a new deployment key and seal every person link with it. Servers go on; cut short, it goes on when run again.
    RotateDeployment {
        /// The keys come from variables, which hold the new key and the one before it already.
        #[arg(long)]
        keys_are_set: bool,
        #[command(flatten)]
        place: Place,
    },
}

pub(super) fn keys(command: &KeysCommand) -> Outcome<()> {
    let (keys, programmes) = match command {
        KeysCommand::Init { keys, programmes } => (keys, programmes),
        KeysCommand::RotateDeployment { keys_are_set, place } => return rotate_deployment(*keys_are_set, place),
    };
    for code in programmes {
        code.parse::<ShortCode>().map_err(Failure::from)?;
    }
    let codes: Vec<&str> = programmes.iter().map(String::as_str).collect();
    let made = KeyRing::create(keys, &codes)?;
    for name in &made {
        println!("Made {}.", keys.join(name).display());
    }
    if made.is_empty() {
        println!("Nothing to do: {} has every key.", keys.display());
    } else {
        println!(
            "Keep a copy, but never with the database's backups. Without these keys, persons cannot be linked any more with"
        );
        println!(
            "what was reported before; with them and the database, they can be found out. Restart a running server."
        );
    }
    Ok(())
}

fn rotate_deployment(keys_are_set: bool, place: &Place) -> Outcome<()> {
    let desk = place.desk()?;
    let operator = at_the_console(Role::Operator);
    let key = &desk.keys.deployment;
    if keys_are_set {
        if key.id_before().is_none() {
            let words = "set FAISCEAU_KEY_DEPLOYMENT_PREVIOUS to the key that was there before";
            return Err(Failure::fault(words));
        }
    } else {
        // What is there must be the key of this database before another one takes its place.
        if key.id_before().is_none() {
            reporting::adopt_key(&desk)?;
        }
        let made = key.begin_rotation()?;
        println!("{} key {}.", if made { "Made" } else { "Going on with" }, key.id());
    }
    reporting::begin_rotation(&desk, &operator)?;
    let resealed = reporting::reseal_links(&desk, &operator, &mut |done| eprintln!("{done} links sealed anew"))?;
    println!("Sealed {resealed} links anew.");
    if let Some(kept) = key.end_rotation()? {
        println!("The key before is out of use. Keep {} as long as backups of earlier days,", kept.display());
        println!("and apart from them; then destroy it.");
    }
    Ok(())
}
