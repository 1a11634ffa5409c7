//! Claims as providers write them: who is meant, in text or list, and where in a document a claim stands.

use serde::Deserialize;
use serde_json::Value;

/// For whom a token is: one, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    List(Vec<String>),
}

impl Audience {
    /// Whether somebody is among them.
    pub fn contains(&self, client: &str) -> bool {
        self.names().any(|name| name == client)
    }

    /// Whether somebody is the only one.
    pub fn is_only(&self, client: &str) -> bool {
        self.contains(client) && self.names().count() == 1
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter().map(String::as_str),
            Self::List(list) => list.iter().map(String::as_str),
        }
    }
}

/// The texts of a claim: its name may be that of a member, or a path of names with dots between; a text or a list of texts.
pub(super) fn texts<'c>(claims: &'c Value, name: &str) -> Vec<&'c str> {
    let found = claims.get(name).or_else(|| name.split('.').try_fold(claims, |value, part| value.get(part)));
    match found {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
