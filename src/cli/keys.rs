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
        /// The folder.
        #[arg(long, env = "FAISCEAU_KEYS", default_value = "keys")]
        keys: PathBuf,
        /// The code of each programme that needs a pseudonymisation key.
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
        println!("Keep them out of the database and of its backups: without them nobody can link persons again.");
    }
    Ok(())
}
