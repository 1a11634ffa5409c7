//! The page of indicators: what each means, in both languages, and the vocabulary that definitions are written in.

use std::fmt::Write;

use faisceau::consolidation::definitions::built_in;
use faisceau::consolidation::definitions::outcomes::OutcomeRow;
use faisceau::consolidation::indicator::Indicator;
use faisceau::consolidation::vocabulary::{Attribute, Measure};

const HEAD: &str = "\
# Indicators

<!-- Made from src/consolidation/definitions/ by tests/documents.rs: do not edit. -->

What every figure means, in English and in French. *Ce que chaque chiffre signifie, en anglais et en français.*

An indicator has a numerator and, if it divides, a denominator. Both are written in a small vocabulary, below; a sum adds up
what counts nothing twice. Rates are summed numerators over summed denominators, exact in the answer, rounded half up for
people. Indicators and the table of outcomes together are a *version of the definitions*, with a digest. Every figure says
under which version it was made, and which version of its own definition that holds: a number that changes whenever the
figure means something else, by its own words or by the table of outcomes.

Officers add versions to a programme without a release: `definitionAdd`, `POST /v1/programmes/{programme}/definitions`,
`faisceau definitions add`. A version is known from the position of its addition on and never changes. If it is added to stand
(`standing`), questions that name no version are answered under it from then on; earlier positions keep theirs. Any version
that was known at the position can be named in a question. What is absent in an addition stays as it is in the version that
it is based on. Projects may have targets for every indicator of a version that their programme has.
";

const VOCABULARY: &str = "
## Vocabulary

A measure is one of:

| measure | what |
| --- | --- |
| `{\"count\": {\"event\": …, \"where\": […]}}` | participations or persons to whom an event happens and who meet every condition |
| `{\"supportHours\": {}}`, `{\"supportHours\": {\"kind\": …}}` | hours of support in the quarters whose last day lies in the window, of every kind or of one |
| `\"projects\"` | projects whose agreement meets the window |
| `\"organisations\"` | organisations that lead or join them, each once |
| `\"grants\"`, `\"eligibleCost\"` | their money, whole |
| `\"payments\"` | payments made in the window and not cancelled |
| `\"declaredSpending\"` | spending declared in the window: the difference of cumulative statements |
| `\"target\"` | the participants that these projects aim at |

Money, projects and targets accept filters on projects only; under any other filter they are not applicable.

| event | what happens | which participation decides, for a person |
| --- | --- | --- |
| `SUPPORTED` | in a project on at least one day of the window | any that meets the conditions |
| `ENTRIES` | entered in the window | any that meets the conditions |
| `EXITS` | left in the window, and present in no selected project at its end | the last exit; on one day, the better class |
| `PRESENT` | present at the window's end | any that meets the conditions |
| `FIRST_ENTRIES` | entered in the window | the first entry |

A condition is `{\"in\": {\"attribute\": …, \"codes\": […]}}`, `{\"known\": ATTRIBUTE}` (the value says something), or
`{\"age\": {\"from\": …, \"to\": …}}` (the year of entry less the year of birth, both ends included). Attributes from
`OUTCOME_CLASS` on are told by an exit, and only `EXITS` can be asked about them.
";

const LEFT_OUT: &str = "
## ESF+ common indicators that are not counted

The statement does not hold what they need: EECO14 (foreign background) and EECO15 (minorities) are not collected; EECO18 and
EECO19 count entities by a status and a size that the directory does not know; EECR03 (gaining a qualification) needs the
qualification obtained, and exits tell the training entered; EECR06 (improved situation six months after) compares the quality
of two jobs of persons employed at entry. EECO01 is the sum of EECO02, EECO04 and EECO05, exactly; a record without a status at
entry is counted by none of them. EECR01 to EECR04 take the situation at exit for that within four weeks of it.
";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(
        "\n## Versions that come with the program\n\n| version | name | nom | digest |\n| --- | --- | --- | --- |\n",
    );
    for set in built_in::all() {
        let (en, fr) = (&set.content.name_en, &set.content.name_fr);
        let _ = writeln!(page, "| `{}` | {en} | {fr} | `{}` |", set.code, set.digest);
    }
    page.push_str("\nThe first one stands until an officer adds another to stand.\n");
    page.push_str(VOCABULARY);
    page.push_str("\n| attribute | codes |\n| --- | --- |\n");
    for attribute in Attribute::ALL {
        let codes: Vec<String> = attribute.codes().iter().map(|code| format!("`{code}`")).collect();
        let _ = writeln!(page, "| `{}` | {} |", attribute.code(), codes.join(" "));
    }
    let first = built_in::first();
    let _ = write!(
        page,
        "\n## Table of outcomes of `{}`\n\nThe first row that takes an exit gives its class.\n",
        first.code
    );
    page.push_str("\n| situation | contract or training | lasting | class |\n| --- | --- | --- | --- |\n");
    for row in &first.content.outcomes {
        page.push_str(&outcome(row));
    }
    for set in &built_in::all()[1..] {
        let changed = set.content.outcomes.iter().zip(&first.content.outcomes).filter(|(own, firsts)| own != firsts);
        let _ =
            write!(page, "\n`{}` has instead:\n\n| situation | contract or training | lasting | class |\n", set.code);
        page.push_str("| --- | --- | --- | --- |\n");
        page.extend(changed.map(|(own, _)| outcome(own)));
    }
    let _ = write!(
        page,
        "\n## Indicators of `{}`\n\n| indicator | name | nom | unit |\n| --- | --- | --- | --- |\n",
        first.code
    );
    for indicator in &first.content.indicators {
        let Indicator { code, name_en, name_fr, unit, .. } = indicator;
        let _ = writeln!(page, "| [`{code}`](#{code}) | {name_en} | {name_fr} | {} |", unit.code());
    }
    page.push_str(LEFT_OUT);
    for indicator in &first.content.indicators {
        page.push_str(&section(indicator));
    }
    page
}

fn outcome(row: &OutcomeRow) -> String {
    let joined = |codes: &[&str]| codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" ");
    let situations: Vec<&str> = row.situations.iter().map(|situation| situation.code()).collect();
    let contracts = row.contracts.iter().map(|contract| contract.code());
    let kinds: Vec<&str> = contracts.chain(row.trainings.iter().map(|training| training.code())).collect();
    let lasting = row.lasting.map(|lasting| format!("`{}` {} months", lasting.operator.code(), lasting.months));
    let (situations, kinds, lasting) = (joined(&situations), joined(&kinds), lasting.unwrap_or_default());
    format!("| {situations} | {kinds} | {lasting} | `{}` |\n", row.class.code())
}

fn section(indicator: &Indicator) -> String {
    let Indicator { code, name_en, name_fr, text_en, text_fr, source, unit, .. } = indicator;
    let mut section = format!("\n<a id=\"{code}\"></a>\n\n## {code}\n\n{name_en} (*{name_fr}*), {}.\n\n", unit.code());
    let _ = writeln!(section, "* {text_en}\n* *{text_fr}*\n* Numerator: {}", sum(&indicator.numerator));
    if indicator.is_rate() {
        let _ = writeln!(section, "* Denominator: {}", sum(&indicator.denominator));
    }
    let _ = writeln!(section, "* Source: {source}");
    section
}

fn sum(measures: &[Measure]) -> String {
    let written = measures.iter().map(|measure| format!("`{}`", serde_json::to_string(measure).unwrap()));
    written.collect::<Vec<_>>().join(" + ")
}
