//! Which claims give which role: a file of rules, of which the first that fits counts. Nobody without one gets anything.

use serde::Deserialize;
use serde_json::Value;

use super::claims::texts;
use crate::access::role::Role;

/// The rules, in their order.
#[derive(Clone, Debug, Default)]
pub struct Mapping(Vec<Rule>);

/// A rule: whoever has one of the values in the claim gets the role.
#[derive(Clone, Debug)]
struct Rule {
    claim: String,
    values: Vec<String>,
    role: Role,
    organisation: Organisation,
    programme: Option<String>,
}

/// The organisation that a rule gives.
#[derive(Clone, Debug)]
enum Organisation {
    None,
    Named(String),
    Claimed(String),
}

/// What the claims of a person give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The role.
    pub role: Role,
    /// The organisation, by identifier or SIRET; it is still to be found.
    pub organisation: Option<String>,
    /// The only programmes in which there is a role, by code, each with it.
    pub programmes: Vec<(String, Role)>,
}

impl Mapping {
    /// Reads the rules of a file of TOML; says what is wrong without repeating a value.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            rule: Vec<Written>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            claim: String,
            values: Vec<String>,
            role: String,
            organisation: Option<String>,
            organisation_claim: Option<String>,
            programme: Option<String>,
        }
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            format!("line {line} is not as a rule is written")
        })?;
        let mut rules = Vec::new();
        for (place, written) in file.rule.into_iter().enumerate() {
            let wrong = |what: &str| format!("rule {}: {what}", place + 1);
            let role = Role::of_code(&written.role).ok_or_else(|| wrong("there is no such role"))?;
            let organisation = match (written.organisation, written.organisation_claim) {
                (Some(_), Some(_)) => return Err(wrong("name an organisation or the claim that does, not both")),
                (Some(name), None) => Organisation::Named(name),
                (None, Some(claim)) => Organisation::Claimed(claim),
                (None, None) if role.is_bound() => return Err(wrong("a partner belongs to an organisation")),
                (None, None) => Organisation::None,
            };
            if written.programme.is_some() && !matches!(role, Role::Officer | Role::Analyst | Role::Auditor) {
                return Err(wrong("only officers, analysts and auditors have a role for a programme"));
            }
            if written.claim.is_empty() || written.values.is_empty() || written.values.iter().any(String::is_empty) {
                return Err(wrong("name a claim and at least one value"));
            }
            let Written { claim, values, programme, .. } = written;
            rules.push(Rule { claim, values, role, organisation, programme });
        }
        if rules.is_empty() { Err("there is no rule: nobody could sign in".to_owned()) } else { Ok(Self(rules)) }
    }

    /// What claims give: by the first rule that fits. One whose organisation is not claimed fits nobody. If the first is for
    /// a programme, every other rule for a programme that fits gives its role there.
    pub fn role_of(&self, claims: &Value) -> Option<Mapped> {
        let mut fitting = self.0.iter().filter_map(|rule| Some((rule, rule.organisation_of(claims)?)));
        let (first, organisation) = fitting.next()?;
        let mut programmes: Vec<(String, Role)> = Vec::new();
        if first.programme.is_some() {
            for rule in std::iter::once(first).chain(fitting.map(|(rule, _)| rule)) {
                let Some(code) = &rule.programme else { continue };
                if !programmes.iter().any(|(known, _)| known == code) {
                    programmes.push((code.clone(), rule.role));
                }
            }
        }
        Some(Mapped { role: first.role, organisation, programmes })
    }
}

impl Rule {
    /// The organisation that the rule gives, if any, to whoever it fits; nothing if it does not fit.
    fn organisation_of(&self, claims: &Value) -> Option<Option<String>> {
        let held = texts(claims, &self.claim);
        if !self.values.iter().any(|value| held.contains(&value.as_str())) {
            return None;
        }
        match &self.organisation {
            Organisation::None => Some(None),
            Organisation::Named(name) => Some(Some(name.clone())),
            Organisation::Claimed(claim) => match texts(claims, claim).as_slice() {
                [one] => Some(Some((*one).to_owned())),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
        [[rule]]
        claim = "realm.roles"
        values = ["officers", "heads"]
        role = "OFFICER"
        organisation = "99910001000017"

        [[rule]]
        claim = "https://example.org/groups"
        values = ["partners"]
        role = "PARTNER"
        organisation_claim = "siret"
    "#;

    #[test]
    fn the_first_rule_that_fits_gives_role_and_organisation_and_nobody_else_gets_any() {
        let mapping = Mapping::read(FILE).unwrap();
        let of = |claims: Value| mapping.role_of(&claims).map(|mapped| (mapped.role, mapped.organisation));
        let funder = Some("99910001000017".to_owned());
        assert_eq!(of(json!({ "realm": { "roles": ["x", "heads"] } })), Some((Role::Officer, funder.clone())));
        assert_eq!(of(json!({ "realm": { "roles": "officers" } })), Some((Role::Officer, funder)));
        let partner = json!({ "https://example.org/groups": ["partners"], "siret": "1" });
        assert_eq!(of(partner), Some((Role::Partner, Some("1".to_owned()))));
        for nobody in [
            json!({}),
            json!({ "realm": { "roles": [] } }),
            json!({ "realm": { "roles": ["officer"] } }),
            json!({ "realm": { "roles": { "officers": true } } }),
            json!({ "realm": "officers" }),
            json!({ "https://example.org/groups": ["partners"] }),
            json!({ "https://example.org/groups": ["partners"], "siret": ["1", "2"] }),
        ] {
            assert_eq!(of(nobody.clone()), None, "{nobody}");
        }
    }

    #[test]
    fn rules_for_programmes_give_each_its_role_and_one_for_all_stands_alone() {
        let rule = |value: &str, role: &str, programme: &str| {
            let programme = if programme.is_empty() { String::new() } else { format!("programme = \"{programme}\"\n") };
            format!("[[rule]]\nclaim = \"g\"\nvalues = [\"{value}\"]\nrole = \"{role}\"\n{programme}")
        };
        let file = [
            rule("chief", "OFFICER", ""),
            rule("a", "OFFICER", "A"),
            rule("b", "ANALYST", "B"),
            rule("b", "AUDITOR", "A"),
        ];
        let mapping = Mapping::read(&file.concat()).unwrap();
        let of = |groups: &[&str]| {
            let mapped = mapping.role_of(&json!({ "g": groups })).unwrap();
            (mapped.role, mapped.programmes)
        };
        let named = |pairs: &[(&str, Role)]| pairs.iter().map(|(code, role)| ((*code).to_owned(), *role)).collect();
        assert_eq!(of(&["chief", "b"]), (Role::Officer, named(&[])));
        assert_eq!(of(&["a", "b"]), (Role::Officer, named(&[("A", Role::Officer), ("B", Role::Analyst)])));
        assert_eq!(of(&["b"]), (Role::Analyst, named(&[("B", Role::Analyst), ("A", Role::Auditor)])));
        let said = Mapping::read(&rule("a", "OPERATOR", "A")).unwrap_err();
        assert!(said.contains("rule 1: only officers"), "{said}");
    }

    #[test]
    fn a_file_that_does_not_hold_is_refused_in_place() {
        for (file, told) in [
            ("", "line 1"),
            ("rule = []", "there is no rule"),
            ("[[rule]]\nclaim = \"a\"\nvalues = [\"b\"]\nrole = \"KING\"", "rule 1: there is no such role"),
            ("[[rule]]\nclaim = \"a\"\nvalues = [\"b\"]\nrole = \"PARTNER\"", "rule 1: a partner belongs"),
            ("[[rule]]\nclaim = \"a\"\nvalues = []\nrole = \"ANALYST\"", "rule 1: name a claim"),
            ("[[rule]]\nclaim = \"a\"\nvalue = \"b\"\nrole = \"ANALYST\"", "line "),
        ] {
            let said = Mapping::read(file).unwrap_err();
            assert!(said.contains(told), "{file}: {said}");
        }
    }
}
