//! `faisceau keys`: the keys of a deployment, made once, readable by their owner only; the token key is rotated.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Place;
use crate::access::keys::KeyRing;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::token::LONGEST_LIFETIME_SECONDS;
use crate::access::token_keys::{self, Rotated};
use crate::clock::Clock;
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
    /// Let a new key sign access tokens; the old one verifies until its last token has run out, a day later. A running
    /// server takes it up within seconds.
    RotateToken {
        /// The folder of the keys.
        #[arg(long, env = "FAISCEAU_KEYS", default_value = "keys")]
        keys: PathBuf,
        /// Only make the next key and let it verify. Where several machines have copies of the folder: announce, copy
        /// `token-next.pem` to all, then rotate without this and copy again.
        #[arg(long, conflicts_with = "overlap_seconds")]
        announce: bool,
        /// For how long the old key verifies; 0 if it is in wrong hands: its tokens end at once.
        #[arg(long, value_parser = clap::value_parser!(i64).range(0..=LONGEST_LIFETIME_SECONDS))]
        overlap_seconds: Option<i64>,
    },
}

pub(super) fn keys(command: &KeysCommand) -> Outcome<()> {
    match command {
        KeysCommand::Init { keys, programmes } => init(keys, programmes),
        KeysCommand::RotateDeployment { keys_are_set, place } => rotate_deployment(*keys_are_set, place),
        KeysCommand::RotateToken { keys, announce: true, .. } => {
            println!("Announced key {}; it does not sign yet.", token_keys::announce(keys)?);
            Ok(())
        }
        KeysCommand::RotateToken { keys, overlap_seconds, .. } => {
            let Rotated { kid, retired, until } = token_keys::rotate(keys, Clock::System.now(), *overlap_seconds)?;
            println!("Key {kid} signs access tokens from now on.\nKey {retired} verifies until {until}.");
            Ok(())
        }
    }
}

fn init(keys: &Path, programmes: &[String]) -> Outcome<()> {
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
