//! Where settings come from: the file, then variables, then flags, each going before the one before. What nobody knows is
//! refused here, with the name that was probably meant.

use std::collections::BTreeMap;
use std::path::Path;

use super::values::Form;
use super::{Problem, SETTINGS};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration's file.
    File,
    /// A variable of the environment.
    Variable(String),
    /// A flag of the command.
    Flag,
}

/// What was given, not yet read.
#[derive(Clone, Debug, Default)]
pub struct Given {
    values: BTreeMap<&'static str, (String, Origin)>,
    /// libpq's own variables, which say where a database is when its URL does not.
    pub(super) libpq: BTreeMap<String, String>,
    pub(super) problems: Vec<Problem>,
}

/// A variable that is no setting: whose it is, and what it holds.
pub struct OtherVariable {
    /// Its name, or with a `*` at its end how names begin.
    pub name: &'static str,
    /// What it holds.
    pub text: &'static str,
}

/// Every `FAISCEAU_*` variable that is no setting.
pub const VARIABLES: &[OtherVariable] = &[
    OtherVariable { name: "FAISCEAU_CONFIG", text: "The configuration's file, as `--config`." },
    OtherVariable { name: "FAISCEAU_KEY_TOKEN", text: "The key that signs tokens, instead of `token.pem`." },
    OtherVariable {
        name: "FAISCEAU_KEY_DEPLOYMENT",
        text: "The key that seals pseudonyms, instead of `deployment.key`.",
    },
    OtherVariable {
        name: "FAISCEAU_KEY_DEPLOYMENT_PREVIOUS",
        text: "The key before it, while pseudonyms are sealed anew, instead of its file.",
    },
    OtherVariable { name: "FAISCEAU_KEY_CLOSING", text: "The key that signs closings, instead of `closing.pem`." },
    OtherVariable { name: "FAISCEAU_KEY_SECRET", text: "The key that hashes client secrets, instead of `secret.key`." },
    OtherVariable {
        name: "FAISCEAU_KEY_PROGRAMME_*",
        text: "A programme's key, instead of `programme-CODE.key`: the code in capitals, other signs than letters and digits as `_`.",
    },
    OtherVariable { name: "FAISCEAU_SERVER", text: "At a partner, for `faisceau push`: the service's address." },
    OtherVariable { name: "FAISCEAU_CLIENT", text: "At a partner, for `faisceau push`: the client's name." },
    OtherVariable { name: "FAISCEAU_CLIENT_SECRET", text: "At a partner, for `faisceau push`: the client's secret." },
    OtherVariable {
        name: "FAISCEAU_PROGRAMME_KEY",
        text: "At a partner, for `faisceau pseudonymise`: the programme's key.",
    },
    OtherVariable { name: "FAISCEAU_TEST_*", text: "For the tests of this repository." },
];

/// The variable of a setting. The database's has the name that hosts use for it.
pub fn variable_of(setting: &str) -> String {
    if setting == "database_url" { "DATABASE_URL".to_owned() } else { format!("FAISCEAU_{}", setting.to_uppercase()) }
}

impl Given {
    /// Takes in a file of TOML: settings at its top, and nothing else.
    pub fn file(&mut self, path: &Path) {
        let place = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let what = format!("the configuration's file {place} cannot be read ({error})");
                return self.problems.push(Problem::new(what, "name another one with --config, or make it readable"));
            }
        };
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
                let what = format!("the configuration's file {place} is not TOML at line {line}");
                return self.problems.push(Problem::new(what, "write lines such as `listen = \"127.0.0.1:8080\"`"));
            }
        };
        for (name, value) in table {
            match plain(&value) {
                Some(text) => self.take(&name, text, Origin::File),
                None => self.problems.push(Problem::new(
                    format!("{} in {place} is neither a text, a number, true, false nor a list of texts", shown(&name)),
                    "settings stand at the top of the file, each with one value",
                )),
            }
        }
    }

    /// Takes in the environment; a variable that begins with `FAISCEAU_` and that nobody knows is refused.
    pub fn variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            if let Some(setting) = SETTINGS.iter().find(|setting| variable_of(setting.name) == name) {
                self.values.insert(setting.name, (value, Origin::Variable(name)));
            } else if name.starts_with("FAISCEAU_") && !is_other(&name) {
                let known = SETTINGS.iter().map(|setting| variable_of(setting.name));
                let others = VARIABLES.iter().map(|other| other.name.to_owned());
                let remedy = nearest(&name, known.chain(others));
                self.problems.push(Problem::new(format!("the variable {} is no setting", shown(&name)), remedy));
            } else if name.starts_with("PG") {
                self.libpq.insert(name, value);
            }
        }
    }

    /// Takes in a flag.
    pub fn flag(&mut self, name: &str, value: impl Into<String>) {
        self.take(name, value.into(), Origin::Flag);
    }

    fn take(&mut self, name: &str, value: String, origin: Origin) {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) {
            self.values.insert(setting.name, (value, origin));
            return;
        }
        let place = if origin == Origin::File { "in the configuration's file" } else { "given with --set" };
        let remedy = nearest(name, SETTINGS.iter().map(|setting| setting.name.to_owned()));
        self.problems.push(Problem::new(format!("{} {place} is no setting", shown(name)), remedy));
    }

    /// The typed value of a setting.
    pub(super) fn value<T: Form>(&self, name: &str, default: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let (text, origin) = match self.values.get(name) {
            Some((text, origin)) => (text.as_str(), Some(origin)),
            None => (default, None),
        };
        let value = T::parse(text);
        if value.is_none() {
            let origin = match origin {
                Some(Origin::Variable(variable)) => format!(" (from {variable})"),
                Some(Origin::File) => " (from the file)".to_owned(),
                Some(Origin::Flag) | None => String::new(),
            };
            problems.push(Problem::new(format!("{name}{origin} does not hold"), format!("give {}", T::form())));
        }
        value
    }
}

/// A value of TOML as the text that a variable would hold.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(value) => Some(value.to_string()),
        toml::Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(toml::Value::as_str).collect();
            parts.map(|parts| parts.join(","))
        }
        _ => None,
    }
}

fn is_other(name: &str) -> bool {
    VARIABLES.iter().any(|other| match other.name.strip_suffix('*') {
        Some(start) => name.len() > start.len() && name.starts_with(start),
        None => other.name == name,
    })
}

/// A name as it may be shown: whoever pastes a secret on the wrong side of a `=` does not read it again in a log.
fn shown(name: &str) -> String {
    let plain = name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { format!("`{name}`") } else { "something".to_owned() }
}

/// The remedy that names the nearest known name.
fn nearest(name: &str, known: impl Iterator<Item = String>) -> String {
    let near = known.map(|known| (strsim::damerau_levenshtein(name, &known), known)).min();
    match near {
        Some((distance, known)) if distance <= 2 + known.len() / 6 => format!("did you mean `{known}`?"),
        _ => "see docs/configuration.md for the names of settings".to_owned(),
    }
}
