//! The documents that are made from the code: `docs/errors.md`, `docs/rules.md`, `docs/fields.md` and the templates,
//! `docs/code-lists.md`, `docs/indicators.md`, `docs/configuration.md`.
//!
//! They are compared with what the tables say now; `UPDATE_DOCUMENTS=1 cargo test --test documents` writes them.

#[path = "documents/indicators.rs"]
mod indicators;

use std::fmt::Write;
use std::path::Path;

use faisceau::api::problem;
use faisceau::configuration::{SETTINGS, VARIABLES, variable_of};
use faisceau::consolidation::code_lists::code_lists;
use faisceau::refusal::{Code, Language, Refusal};
use faisceau::reporting::fields::{Field, kept_fields, sent_fields};
use faisceau::reporting::rules::{RULE_SET, Rule, TOPICS, rules};
use faisceau::reporting::template;

#[test]
fn the_page_of_refusals_says_what_the_code_says() {
    compare("docs/errors.md", &errors());
}

#[test]
fn the_page_of_rules_says_what_the_code_says() {
    compare("docs/rules.md", &rules_page());
}

#[test]
fn the_page_of_fields_says_what_the_code_says() {
    compare("docs/fields.md", &fields_page());
}

#[test]
fn the_templates_hold_every_field_that_is_kept() {
    compare("docs/template.csv", &template::csv(Language::En));
    compare("docs/modele.csv", &template::csv(Language::Fr));
    let fields: Vec<Field> = template::fields().collect();
    assert!(kept_fields().all(|field| fields.contains(&field)) && fields.contains(&Field::IdentityValue));
}

#[test]
fn the_page_of_code_lists_says_what_the_code_says() {
    compare("docs/code-lists.md", &code_lists_page());
}

#[test]
fn the_page_of_settings_says_what_the_code_says() {
    compare("docs/configuration.md", &configuration_page());
}

#[test]
fn every_line_of_the_threat_model_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    ["src", "tests"].into_iter().for_each(|folder| read_below(&root.join(folder), &mut sources));
    let page = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && !line.contains("| held by |")).collect();
    let rows: Vec<&str> = rows.into_iter().filter(|line| !line.starts_with("| ---")).collect();
    assert!(rows.len() > 30);
    let mut wrong = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let tests: Vec<&str> = cells.last().unwrap().split('`').skip(1).step_by(2).collect();
        if cells.len() != 3 || tests.is_empty() {
            wrong.push(format!("no test: {row}"));
        }
        let is_there = |test: &&&str| sources.contains(&format!("fn {test}("));
        wrong.extend(tests.iter().filter(|test| !is_there(test)).map(|test| format!("{test} is no test")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn read_below(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_below(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_page_of_indicators_says_what_the_definitions_say() {
    compare("docs/indicators.md", &indicators::page());
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

Every statement is held to these rules when it is submitted, also as a dry run (`dryRun: true`). All findings come at
once. Each names the rule, its severity, a path such as `participations[reference=A-17].exit.on`, a message and a remedy.

* `ERROR` blocks the submission.
* `WARNING` must be corrected or answered with a justification, which is kept with the version.
* `NOTICE` informs.

The funder may waive an error or a warning for one project, with a reason and a last day (`waiverGrant`). A waived finding
blocks nothing and carries its waiver, which the partner sees.

Findings stand in the order of what has to be done: errors, warnings without justification, justified warnings, waived
findings, notices; within each, the rule that finds most comes first. Up to 50 000 findings are listed for one submission;
the counts by rule are exact beyond.

Rules come in numbered sets. A version is judged for ever by the rule set of its submission. The API lists the rules of a
set in the field `rules(set:)`. Below, *set 1* says that a rule is held since rule set 1; a rule that was dropped says up
to which.
";

fn rules_page() -> String {
    let mut page = RULES_HEAD.to_owned();
    let count = rules(RULE_SET).count();
    let _ = writeln!(page, "\nThis is rule set {RULE_SET}, with {count} rules.");
    for topic in TOPICS {
        let _ = writeln!(page, "\n{}\n\n| rule | severity | set |\n| --- | --- | --- |", topic.en);
        for rule in topic.rules {
            let _ = writeln!(page, "| [`{0}`](#{0}) | {1} | {2} |", rule.code, rule.severity.code(), sets(rule));
        }
    }
    for topic in TOPICS {
        for rule in topic.rules {
            let (code, severity) = (rule.code, rule.severity.code());
            let _ = write!(page, "\n<a id=\"{code}\"></a>\n\n## {code}\n\n{severity}, set {}. ", sets(rule));
            let _ = writeln!(page, "Looks at: {} {}\n", topic.en, topic.fr);
            for language in [Language::En, Language::Fr] {
                let _ = writeln!(page, "* {} *{}*", rule.text(language), rule.remedy(language));
            }
        }
    }
    page
}

fn sets(rule: &Rule) -> String {
    rule.until.map_or_else(|| rule.since.to_string(), |until| format!("{} to {until}", rule.since))
}

const FIELDS_HEAD: &str = "\
# Files

<!-- Made from src/reporting/fields.rs by tests/documents.rs: do not edit. -->

A statement may be sent as a file: `POST /v1/projects/{project}/reports/{period}/submissions`, with the parameters of the
OpenAPI document (`/openapi.json`). The same content ends as the same version in every format, GraphQL included.

## CSV (`text/csv`)

One participation per row, behind a row of headers, in UTF-8 with or without a byte-order mark. Cells are separated by `;`, `,`
or tab; line ends are any. Headers stand in any order, in English or French; case, accents and separators do not count
(`Date d'entrée` is `date_entree`). Optional columns may be left out. Days are `2024-03-31` or `31/03/2024`. Coded values are codes,
or their labels in English or French ([code-lists.md](code-lists.md)). Formulas are refused.

`supports` holds `KIND:2024-Q1:60`, joined by `|`. With `mode=UPSERT`, a column `operation` may say `REMOVE`; such a row
needs its reference only. A table holds participations only: activities, finance, declared figures and narrative stay as they
were, and are sent as JSON.

Templates: [template.csv](template.csv), and [modele.csv](modele.csv) for French spreadsheets. A running service gives them too,
without a token: `GET /v1/templates/template.csv` (`modele.csv`), and as workbooks that offer the labels of the code lists,
`template.xlsx` (`modele.xlsx`). The table below is `GET /v1/fields`, as JSON or CSV.

## XLSX (`application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`)

The first sheet is a table like those above, its headers in the first row. Other sheets are not read. Days may be days of the
spreadsheet. A cell with a formula is refused: paste values. A workbook weighs up to 16 MiB, its sheets up to 96 MiB unpacked (some
50 000 participations), everything else in it 16 MiB; larger tables go as CSV.

## JSON lines (`application/x-ndjson`)

One object per line: a participation with the names of the API (`exit` and `followUp` are objects of their own), or one
section, justification or answer under its name: `{\"finance\": {…}}`, `{\"activities\": […]}`, `{\"declaredFigures\": […]}`,
`{\"narrative\": {…}}`, `{\"justification\": {\"code\": …, \"path\": …, \"text\": …}}`, `{\"answer\": {\"reason\": …,
\"text\": …}}`. With `mode=UPSERT`, a line
`{\"operation\": \"REMOVE\", \"reference\": \"A-17\"}` removes. Values are codes, days are `2024-03-31`.

## JSON (`application/json`)

One document as the input of the mutation `reportSubmit`, without `project` and `period`, up to 16 MiB.

## The fields of a participation
";

fn fields_page() -> String {
    let mut page = FIELDS_HEAD.to_owned();
    page.push_str("\n| field | header | en-tête | required | code list |\n| --- | --- | --- | --- | --- |\n");
    for field in sent_fields() {
        let required = if field.is_required() { "yes" } else { "" };
        let list = field.list().map(|list| format!("[{list}](code-lists.md#{list})")).unwrap_or_default();
        let _ = writeln!(
            page,
            "| `{}` | `{}` | `{}` | {required} | {list} |",
            field.name(),
            field.header(),
            field.header_fr()
        );
    }
    page.push_str(
        "\n`exit.on` and `exit.situation` are required where anything of an exit is stated, `followUp.observedOn` and\n\
         `followUp.situation` where anything of a follow-up is. An identity is a scheme with its value, one of the columns\n\
         `agdref`, `nir` and `programme_number`, or a pseudonym that the partner computed ([pseudonymisation.md](pseudonymisation.md)).\n\
         `UNKNOWN`, `REFUSED` and `NOT_COLLECTED` say why there is no value.\n",
    );
    page
}

const CODE_LISTS_HEAD: &str = "\
# Code lists

<!-- Made from src/reporting/code_lists.rs and src/consolidation/code_lists.rs by tests/documents.rs: do not edit. -->

What every code means. The same lists come without a token

* as JSON: `GET /v1/code-lists`, and `GET /v1/code-lists/CODE` with the entries;
* as CSV: `GET /v1/code-lists/CODE.csv`, or the same address with `Accept: text/csv`. UTF-8, commas, one row per entry. As in
  every CSV of this service, an apostrophe goes before a cell that begins with `=`, `+`, `-`, `@` or a tab, unless it is a
  number, so that no spreadsheet takes it for a formula;
* through GraphQL: `codeLists`, and `codeList(code:)` with the entries in pages.

A list that is an enumeration of the GraphQL schema has its name: `ProtectionStatus` is `PROTECTION_STATUS`. The version of a
list changes whenever an entry does. A code that was ever stored stays in its list, marked as no longer valid. `UNKNOWN`,
`REFUSED` and `NOT_COLLECTED` are three different answers.
";

fn code_lists_page() -> String {
    let mut page = CODE_LISTS_HEAD.to_owned();
    page.push_str("\n| list | version | entries | source |\n| --- | --- | --: | --- |\n");
    for list in code_lists() {
        let (code, count) = (list.code, list.entries.len());
        let _ = writeln!(page, "| [`{code}`](#{code}) | {} | {count} | {} |", list.version, list.source);
    }
    for list in code_lists() {
        let _ = write!(page, "\n<a id=\"{0}\"></a>\n\n## {0}\n\n{1} (*{2}*)", list.code, list.name_en, list.name_fr);
        let parents = list.parent_list.map(|parents| format!("; parents are in [`{parents}`](#{parents})"));
        let _ = writeln!(page, "{}.\n", parents.as_deref().unwrap_or_default());
        let (head, line) = if parents.is_some() { (" parent |", " --- |") } else { ("", "") };
        let _ = writeln!(page, "| code | English | French |{head}\n| --- | --- | --- |{line}");
        for entry in &list.entries {
            let no_longer = if entry.valid { "" } else { " (no longer valid)" };
            let parent = entry.parent.map(|parent| format!(" `{parent}` |")).unwrap_or_default();
            let _ = writeln!(page, "| `{}`{no_longer} | {} | {} |{parent}", entry.code, entry.en, entry.fr);
        }
    }
    page
}

const CONFIGURATION_HEAD: &str = "\
# Configuration

<!-- Made from src/configuration/ by tests/documents.rs: do not edit. -->

Settings come from a TOML file (`--config FILE`, or the variable `FAISCEAU_CONFIG`), from variables, and from flags
(`--set NAME=VALUE`, and the flags that a command names); each goes before the one before. There is no other file that is
looked for. In the file every setting is a line at the top; a list is one of texts. In a variable, a list is separated by
commas.

    listen = \"127.0.0.1:8080\"
    connections = 512
    cors_origins = [\"https://tableau.example.org\"]

Nothing starts with a configuration that does not hold. A setting or a `FAISCEAU_*` variable that nobody knows, a value of
another form, and a combination that would leave a door open are refused, all at once, each with what to do.
`faisceau doctor` tells the same, and looks at keys and database besides. A value is never repeated.
";

fn configuration_page() -> String {
    let mut page = CONFIGURATION_HEAD.to_owned();
    let mut topic = "";
    for setting in SETTINGS {
        if setting.topic != topic {
            topic = setting.topic;
            let _ = write!(page, "\n## {topic}\n\n| setting | variable | form | default | what |\n");
            page.push_str("| --- | --- | --- | --- | --- |\n");
        }
        let default = if setting.default.is_empty() { "nothing".to_owned() } else { format!("`{}`", setting.default) };
        let (name, variable, form) = (setting.name, variable_of(setting.name), (setting.form)());
        let _ = writeln!(page, "| `{name}` | `{variable}` | {form} | {default} | {} |", setting.text);
    }
    page.push_str("\n## Other variables\n\n| variable | what |\n| --- | --- |\n");
    for variable in VARIABLES {
        let _ = writeln!(page, "| `{}` | {} |", variable.name, variable.text);
    }
    page.push_str("| `RUST_LOG` | What the log says: `info`, `warn`, `faisceau=debug`. |\n");
    page
}
