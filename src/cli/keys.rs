//! `faisceau keys init`: the keys of a deployment, made once, readable by their owner only.

use std::path::PathBuf;

use clap::Subcommand;

use crate::access::keys::KeyRing;
use crate::refusal::{Failure, Outcome};
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
}

pub(super) fn keys(command: &KeysCommand) -> Outcome<()> {
    let KeysCommand::Init { keys, programmes } = command;
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
