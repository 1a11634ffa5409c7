//! The documents that are made from the code: `docs/errors.md` and `docs/rules.md`.
//!
//! They are compared with what the tables say now; `UPDATE_DOCUMENTS=1 cargo test --test documents` writes them.

use std::fmt::Write;
use std::path::Path;

use faisceau::api::problem;
use faisceau::refusal::{Code, Language, Refusal};
use faisceau::reporting::rules::{RULE_SET, rules};

#[test]
fn the_page_of_refusals_says_what_the_code_says() {
    compare("docs/errors.md", &errors());
}

#[test]
fn the_page_of_rules_says_what_the_code_says() {
    compare("docs/rules.md", &rules_page());
}

/// Fails if a document differs from what the code says, or writes it where that is asked for.
fn compare(document: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let place = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "{document} is not what the code says (first difference near line {}): \
         run `UPDATE_DOCUMENTS=1 cargo test --test documents` and read what changed",
        place.unwrap_or_else(|| found.lines().count().min(expected.lines().count())) + 1,
    );
}

const ERRORS_HEAD: &str = "\
# Refusals

<!-- Made from src/refusal_codes.rs by tests/documents.rs: do not edit. -->

A refusal is an expected outcome. It has a stable code, a message, often a path, and a remedy. Messages and remedies come
in English or French, as `Accept-Language` asks. A word in braces, such as `{limit}`, is filled in.

Where it stands depends on the door:

* REST answers with the HTTP status below and a problem document (RFC 9457). Its `type` is `/docs/errors#CODE`, a place on
  this page.
* GraphQL mutations give what was to be expected as data, in `userErrors`, with status 200. This includes `FOUR_EYES`.
* GraphQL gives everything else in `errors`, with the code in `extensions.code`. A request that is refused before it is
  executed has the HTTP status below. One exception follows the GraphQL-over-HTTP specification: with
  `Accept: application/json`, or no `Accept` header, a document that is not valid is answered with status 200.
* `/oauth/token` answers as RFC 6749 asks (`invalid_client` and so on), not with these codes.

A statement that does not meet the rules gives *findings*, not refusals: see [rules.md](rules.md).
";

fn errors() -> String {
    let mut page = ERRORS_HEAD.to_owned();
    page.push_str("\n| code | HTTP | kind |\n| --- | --- | --- |\n");
    for code in Code::ALL {
        let (name, kind) = (code.as_str(), code.kind());
        let _ = writeln!(page, "| [`{name}`](#{name}) | {} | {kind:?} |", problem::status(kind).as_u16());
    }
    for code in Code::ALL {
        let (name, refusal) = (code.as_str(), Refusal::new(*code));
        // An anchor of its own: the one that a heading gets is in small letters on some sites.
        let _ = write!(page, "\n<a id=\"{name}\"></a>\n\n## {name}\n\n");
        for language in [Language::En, Language::Fr] {
            let _ = writeln!(page, "* {} *{}*", refusal.message(language), refusal.remedy(language));
        }
    }
    page
}

const RULES_HEAD: &str = "\
# Rules

<!-- Made from src/reporting/rules/ by tests/documents.rs: do not edit. -->

Every statement is held to these rules when it is submitted (`reportSubmit`), also as a dry run (`dryRun: true`). All
findings come at once, the gravest first. Each finding names the rule, its severity, a path such as
`participations[reference=A-17].exit.on`, a message and a remedy.

* `ERROR` blocks the submission.
* `WARNING` must be corrected or answered with a justification, which is kept with the version.
* `NOTICE` informs.

A version is judged for ever by the rule set of its submission. The API lists the same rules in the field `rules`.
";

fn rules_page() -> String {
    let mut page = RULES_HEAD.to_owned();
    let _ = writeln!(page, "\nThis is rule set {RULE_SET}.\n\n| rule | severity |\n| --- | --- |");
    for rule in rules() {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} |", rule.code, rule.severity.code());
    }
    for rule in rules() {
        let _ = write!(page, "\n<a id=\"{0}\"></a>\n\n## {0}\n\n{1}\n\n", rule.code, rule.severity.code());
        for language in [Language::En, Language::Fr] {
            let _ = writeln!(page, "* {} *{}*", rule.text(language), rule.remedy(language));
        }
    }
    page
}
